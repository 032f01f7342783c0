"""Bytes become a Message, and never an exception."""

from mailkeep.mail.message import (
    Address,
    Anchor,
    AuthHeader,
    Defect,
    Header,
    Hop,
    Invite,
    Message,
    Part,
    Place,
    Quote,
)
from mailkeep.mail.parse import parse

__all__ = [
    "Address",
    "Anchor",
    "AuthHeader",
    "Defect",
    "Header",
    "Hop",
    "Invite",
    "Message",
    "Part",
    "Place",
    "Quote",
    "parse",
]

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
]

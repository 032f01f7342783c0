"""The envelope behind the letterhead."""

import msgspec

from mailkeep.facts.read.sender import Sender
from mailkeep.kit.domains import registrable
from mailkeep.kit.known import Unknown
from mailkeep.mail import Message, Place


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """The SMTP sender, as the receiving host recorded it, held against the From address."""

    address: str
    """Lower case; empty for the null sender."""
    registrable: str
    place: Place
    elsewhere: bool | Unknown
    """Another registrable domain than From's; Unknown when no envelope sender was recorded."""


def read(message: Message, sender: Sender) -> Envelope:
    """The envelope sender that Return-Path recorded; the null sender of bounces is recorded, and is nobody else's."""
    path = message.return_path
    if path is None:
        line = message.header_line("Return-Path")
        place = Place("header", line.start, line.end, "Return-Path") if line else Place("header", label="Return-Path")
        null = line is not None and line.value.strip() == "<>"
        return Envelope(
            address="", registrable="", place=place, elsewhere=False if null else Unknown("no envelope sender")
        )
    owner = registrable(path.domain)
    return Envelope(address=path.address, registrable=owner, place=path.place, elsewhere=owner != sender.registrable)

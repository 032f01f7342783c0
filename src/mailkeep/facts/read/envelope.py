"""The envelope behind the letterhead."""

import msgspec

from mailkeep.kit.known import Unknown
from mailkeep.mail import Place


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """The SMTP sender, as the receiving host recorded it, held against the From address."""

    address: str
    """Lower case; empty for the null sender."""
    registrable: str
    place: Place
    elsewhere: bool | Unknown
    """Another registrable domain than From's; Unknown when no envelope sender was recorded."""

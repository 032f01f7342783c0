"""From where, with what and when the mail was sent."""

from datetime import datetime

import msgspec

from mailkeep.kit.known import Unknown


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The sending circumstances that habits are learned from."""

    at: datetime
    """The moment of the mail, UTC: the newest believed hop's, else the Date header's, else what delivery said."""
    local_hour: int | Unknown
    """Hour 0-23 on the sender's own clock."""
    zone_minutes: int | Unknown
    weekday: int | Unknown
    """0 Monday to 6 Sunday on the sender's own clock."""
    ip: str | Unknown
    """The address that handed the mail to the first believed host, or the client's where a submission hop states it."""
    network: str | Unknown
    """/24 or /48 of `ip`, or the handing host's registrable domain: coarse enough to be a habit."""
    client: str | Unknown
    """Mail program without its version ("Outlook", "Apple Mail", "Roundcube")."""
    message_id_domain: str
    """Right side of the Message-ID, lower case."""
    clock_skew_s: int | Unknown
    """Date header minus first believed hop, in seconds."""

"""Campaigns: near-equal attack mails across mailboxes, grouped so that one verdict can pull them all."""

from datetime import datetime

import msgspec


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """Mails that one attacker sent with one template."""

    id: str
    tenant: str
    recipe: str
    """Name and date of the way its fingerprints are made."""
    first_seen: datetime
    subject: str
    """Of its first mail, for display."""
    mails: int

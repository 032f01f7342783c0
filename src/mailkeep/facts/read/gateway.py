"""What another filter wrote on the mail before us."""

import msgspec

from mailkeep.mail import Place


class FilterVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict header of the native filter or a gateway. Never a reason to skip anything; kept for the uplift ledger."""

    product: str
    """"microsoft", "google", "proofpoint", "mimecast", "barracuda", "spamassassin", "rspamd", …"""
    verdict: str
    """"clean", "spam", "phish", "malware", "bulk" or "unknown"."""
    score: str
    """As the product writes it."""
    place: Place

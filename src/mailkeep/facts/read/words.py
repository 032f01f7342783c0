"""What the text is written in, and what it asks for."""

import msgspec

from mailkeep.kit.known import Unknown
from mailkeep.mail import Place


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the sender's own words ask for or lean on, with the words that say so."""

    kind: str
    """One of `ASKS`."""
    quote: str
    """The matched words, as written."""
    place: Place


ASKS: dict[str, str] = {
    "credentials": "to sign in, confirm or keep an account",
    "payment": "to pay or transfer money",
    "bank-change": "to use new bank details",
    "payroll-change": "to change where a salary is paid",
    "gift-cards": "to buy gift cards or vouchers",
    "invoice": "to see to an invoice or statement",
    "secrecy": "to keep it quiet",
    "urgency": "to be quick",
    "availability": "whether one is free for a task",
    "call-back": "to ring a number",
    "crypto": "to pay in or move crypto-currency",
    "extortion": "to pay or be exposed",
    "advance-fee": "to help with, or claim, a sum of money",
    "file-share": "to open a shared file",
    "e-signature": "to sign a document",
    "voicemail": "to hear a voice message or fax",
    "delivery": "to see to a parcel",
    "account-suspended": "to save an account from being closed",
    "personal-data": "for personal or staff data",
    "open-attachment": "to open the attached file",
    "move-channel": "to go on by phone, text message or private address",
    "prize": "to claim a prize or reward",
    "romance": "for company or affection",
    "job": "to take an easy job",
    "unsubscribe": "to leave a mailing",
}
"""Every kind of ask, with how `explain` says it."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The new words of a mail: language and asks."""

    language: str | Unknown
    """ISO 639-1 code; Unknown when there are too few words."""
    count: int
    """Words in the sender's own text."""
    asks: tuple[Ask, ...]
    """In order of place; at most a few of each kind."""

    def asks_for(self, *kinds: str) -> tuple[Ask, ...]:
        """The asks of these kinds."""
        return tuple(ask for ask in self.asks if ask.kind in kinds)

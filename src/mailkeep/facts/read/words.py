"""What the text is written in, and what it asks for."""

import re
from collections import Counter

import msgspec

from mailkeep.facts.presented import presented
from mailkeep.facts.read import asks
from mailkeep.facts.read.language import identify
from mailkeep.kit.known import Unknown
from mailkeep.mail import Message, Place


class Ask(msgspec.Struct, frozen=True):
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


_SUBJECT = 1_000
_TEXT = 8_000
"""Characters of the new words that are read; asks stand at the beginning."""
_BREAK = ".\n"
"""Between subject and text, so that no phrase runs from one into the other."""
_MOST_OF_A_KIND = 3
_QUOTE = 160


def read(message: Message) -> Words:
    """The language of the sender's own words, how many they are, and every ask in subject and text.

    How well the language is told stands at `language.identify`. Costs: about 0.2 ms for an ordinary mail.
    """
    subject = message.subject[:_SUBJECT]
    own = presented(message)
    text = subject + _BREAK + own.text[:_TEXT]
    spoken = identify(text)
    line = message.header_line("subject")
    whole = Place("header", line.start, line.end, "subject") if line else Place("header", label="subject")
    head = len(subject) + len(_BREAK)
    found = [
        Ask(
            kind,
            " ".join(text[start:end].split())[:_QUOTE],
            whole if start < len(subject) else own.place(message, start - head, end - head),
        )
        for kind, start, end in asks.find(text, asks.tables(spoken))
    ]
    return Words(language=spoken, count=_count(own.text), asks=_few_of_each(found))


def _count(text: str) -> int:
    """Words, counted as runs between blanks; scripts without blanks count two characters a word."""
    words = len(text.split())
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return words + wide // 2


_WIDE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def _few_of_each(found: list[Ask]) -> tuple[Ask, ...]:
    """At most a few of each kind, the same words once; order kept."""
    seen: Counter[str] = Counter()
    kept: dict[tuple[str, str], Ask] = {}
    for ask in found:
        key = (ask.kind, ask.quote.casefold())
        if key in kept or seen[ask.kind] >= _MOST_OF_A_KIND:
            continue
        seen[ask.kind] += 1
        kept[key] = ask
    return tuple(kept.values())

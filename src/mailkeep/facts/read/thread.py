"""Which conversation the mail says it belongs to."""

import re
import unicodedata

import msgspec

from mailkeep.facts.shipped import lines
from mailkeep.kit.unicode import strip_invisible
from mailkeep.mail import Message


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """Claims of being an answer or a forward. Claims only: whether the conversation happened is for History to say."""

    claims_reply: bool
    """By subject (Re:, AW:, SV: …) or by In-Reply-To."""
    claims_forward: bool
    ids: tuple[str, ...]
    """Message-IDs of In-Reply-To and References, without duplicates."""
    subject_key: str
    """Subject without reply and forward marks, list tags, case and digits."""
    has_quote: bool
    """Carries quoted text of an earlier mail."""
    quoted_addresses: tuple[str, ...]
    """Addresses that the quoted text's introductions name, lower case."""


_MOST_IDS = 100
_MOST_MARKS = 12
_TAG = re.compile(r"\s*[\[\u3010][^\]\u3011]{1,60}[\]\u3011]\s*")
_COUNT = re.compile(r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:\uff1a]\s*")
_MARK = re.compile(r"\s*([^\W\d_][^\W\d_.]{0,11}(?:[ /][^\W\d_]{1,12}){0,2}\.?)(?=\s*(?:\[\d|\(\d|\^\d|[:\uff1a]))")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")


def _marks() -> dict[str, str]:
    """Mark in lower case → "reply" or "forward"."""
    table = (row.split("\t") for row in lines("subject_marks.tsv"))
    return {mark.casefold(): kind for _, kind, marks in table for mark in marks.split(",")}


_MARKS = _marks()


def read(message: Message) -> Thread:
    """What the mail claims of its conversation."""
    _, bare = _unmarked(_subject(message))
    ids = dict.fromkeys((*message.in_reply_to[:_MOST_IDS], *message.references[-_MOST_IDS:]))
    return Thread(
        claims_reply=is_reply(message),
        claims_forward=is_forward(message),
        ids=tuple(ids)[:_MOST_IDS],
        subject_key=_key(bare),
        has_quote=bool(message.quotes),
        quoted_addresses=_quoted_addresses(message),
    )


def is_reply(message: Message) -> bool:
    """True when the mail says it answers another: by its subject's outermost mark, or by In-Reply-To."""
    return bool(message.in_reply_to) or _unmarked(_subject(message))[0][:1] == ["reply"]


def is_forward(message: Message) -> bool:
    """True when the mail says it passes another on: by its subject's outermost mark, or by what it carries."""
    passed_on = any(quote.kind == "forwarded" for quote in message.quotes)
    return passed_on or _unmarked(_subject(message))[0][:1] == ["forward"]


def thread_of(subject: str) -> tuple[str, str]:
    """The outermost mark of a subject ("reply", "forward" or ""), and what all subjects of its thread have in common."""
    kinds, rest = _unmarked(strip_invisible(subject)[:1_000])
    return next(iter(kinds), ""), _key(rest)


def _subject(message: Message) -> str:
    return strip_invisible(message.subject)[:1_000]


def _unmarked(subject: str) -> tuple[list[str], str]:
    """The kinds of the marks it begins with, outermost first, and the subject without marks and list tags."""
    kinds: list[str] = []
    rest = subject.strip()
    for _ in range(_MOST_MARKS):
        tag = _TAG.match(rest)
        if tag and tag.end() < len(rest):
            rest = rest[tag.end() :]
            continue
        mark = _MARK.match(rest)
        kind = _MARKS.get(mark[1].casefold().rstrip(".")) if mark else None
        colon = _COUNT.match(rest, mark.end()) if mark else None
        if kind is None or colon is None:
            break
        kinds.append(kind)
        rest = rest[colon.end() :]
    return kinds, rest


def _key(subject: str) -> str:
    plain = unicodedata.normalize("NFKC", _TAG.sub(" ", subject)).casefold()
    letters = "".join(" " if c.isdigit() else c for c in plain)
    return " ".join(letters.split())[:200]


def _quoted_addresses(message: Message) -> tuple[str, ...]:
    """From the introductions that parsing found, else from the head of each quote, where mail programs repeat From and To."""
    found: dict[str, None] = {}
    for quote in message.quotes[:20]:
        heads = (quote.author, quote.text[:400])
        for head in heads:
            found.update(dict.fromkeys(address.lower() for address in _ADDRESS.findall(head)[:10]))
    return tuple(found)[:30]

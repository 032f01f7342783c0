"""Which brands the mail speaks for."""

import re
from collections.abc import Iterator

import ahocorasick_rs
import msgspec

from mailkeep.facts.brand_list import BRANDS, BY_ID
from mailkeep.facts.presented import presented
from mailkeep.facts.read.folded import fold
from mailkeep.facts.read.sender import Sender
from mailkeep.mail import Message, Place


class BrandMention(msgspec.Struct, frozen=True, kw_only=True):
    """One brand the mail presents itself as: named in sender, subject, heading, logo text or first words."""

    brand: str
    """Id in the brand list ("microsoft", "dhl")."""
    where: str
    """"name", "subject", "body", "image", "footer"."""
    legitimate: bool
    """The sender's registrable domain is one of that brand's."""
    place: Place


_FIRST = 600
"""Characters of the sender's own words in which a mail says who it is."""
_LAST = 800
"""Characters at the end of the text where the imprint stands."""
_PICTURES = 40
_BADGE = re.compile(r"app ?store|google ?play|play ?store|microsoft store|follow us|share (?:on|this)|like us")
"""Texts of the badges and buttons below honest newsletters; so are names of social networks, which count in neither place."""


def _plain(text: str) -> str:
    """Folded and lower case, each character still one character."""
    folded = fold(text).text
    lower = folded.lower()
    return lower if len(lower) == len(folded) else folded


_NAMES = [(_plain(name), brand.id) for brand in BRANDS for name in brand.names]
_INDEX = ahocorasick_rs.AhoCorasick([name for name, _ in _NAMES], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
_TITLES = {_plain(title): brand.id for brand in reversed(BRANDS) for title in (*brand.titles, *brand.names)}
_DESKS = re.compile(
    r"\b(?:the|support|team|security|service|services|customer|care|center|centre|help|desk|alerts?|notifications?|notice|info|"
    r"no-?reply|account|accounts|admin|online|bank|kundenservice|kundendienst|sicherheit|service client|soporte|suporte|"
    r"assistenza|servizio clienti|clienti|klantenservice|billing|delivery|express|inc|ltd|gmbh|llc|corp|corporation|official|"
    r"mail|e-?mail)\b|[^\w+&. -]"
)
_IMPRINT = re.compile(
    r"\u00a9|\(c\)|copyright|all rights reserved|alle rechte|tous droits|derechos reservados|diritti riservati|\u00ae"
)


def read(message: Message, sender: Sender) -> tuple[BrandMention, ...]:
    """Each brand the mail presents itself as, once for each place of the mail. Costs: about 0.05 ms."""
    found: dict[tuple[str, str], BrandMention] = {}
    for brand, where, place in _mentions(message, sender):
        if (brand, where) not in found:
            mine = BY_ID[brand].speaks_from(sender.domain)
            found[brand, where] = BrandMention(brand=brand, where=where, legitimate=mine, place=place)
    return tuple(found.values())


def _mentions(message: Message, sender: Sender) -> Iterator[tuple[str, str, Place]]:
    name = _plain(sender.name[:300])
    for brand in (*(_of_title(name)), *(brand for brand, _, _ in _named(name))):
        yield brand, "name", sender.place
    line = message.header_line("subject")
    subject = Place("header", line.start, line.end, "subject") if line else Place("header", label="subject")
    for brand, _, _ in _named(_plain(message.subject[:1_000])):
        yield brand, "subject", subject
    yield from _in_body(message)
    yield from _in_pictures(message)


def _of_title(name: str) -> Iterator[str]:
    """A brand whose name is all there is to the display name besides words for desks."""
    core = " ".join(_DESKS.sub(" ", name).split()) if name else ""
    if core in _TITLES:
        yield _TITLES[core]


def _named(text: str) -> Iterator[tuple[str, int, int]]:
    """(brand, start, end) of every brand name that stands as whole words."""
    for at, start, end in _INDEX.find_matches_as_indexes(text):
        before, after = text[start - 1 : start], text[end : end + 1]
        if (
            before.isalnum()
            or after.isalnum()
            or before in _GLUE
            or (after in _GLUE and text[end + 1 : end + 2].isalnum())
        ):
            continue
        yield _NAMES[at][1], start, end


_GLUE = frozenset("@./-_")
"""Signs that make a name part of an address or host, which the readers of links and senders look at."""


def _in_body(message: Message) -> Iterator[tuple[str, str, Place]]:
    own = presented(message)
    head = _plain(own.text[:_FIRST])
    for brand, start, end in _named(head):
        yield brand, "body", own.place(message, start, end)
    tail_start = max(0, len(message.text) - _LAST)
    tail = _plain(message.text[tail_start:])
    if not _IMPRINT.search(tail):
        return
    for brand, start, end in _named(tail):
        if BY_ID[brand].kind == "social":
            continue
        yield brand, "footer", Place(message.text_part, tail_start + start, tail_start + end, "footer")


def _in_pictures(message: Message) -> Iterator[tuple[str, str, Place]]:
    shown = [(anchor.shown, anchor.place) for anchor in message.anchors if anchor.kind == "image" and anchor.shown][
        :_PICTURES
    ]
    shown += [
        (part.filename.rpartition(".")[0].replace("_", " ").replace("-", " "), Place(part.path, label=part.filename))
        for part in message.parts
        if part.filename and part.content_type.startswith("image/")
    ][:_PICTURES]
    for text, place in shown:
        plain = _plain(text[:200])
        if _BADGE.search(plain):
            continue
        for brand in (*_of_title(plain), *(brand for brand, _, _ in _named(plain))):
            if BY_ID[brand].kind != "social":
                yield brand, "image", place

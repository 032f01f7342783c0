"""Writes mail from the templates: seeded, so that the same seed gives the same mail for ever."""

import random
import re
from collections.abc import Iterator
from functools import cache

import msgspec

from mailkeep.lab.lures.noise import roughen
from mailkeep.lab.lures.phrase import Phrase, write_phrase
from mailkeep.lab.lures.slots import MAKERS
from mailkeep.lab.lures.templates import LANGUAGES, Body, Intent, Language, language

_UNTIDY = re.compile(r" +(?=[.,!?;:](?:\s|$))|(?<=[.!?])[.,](?=\s|$)|(?<= ) +", re.MULTILINE)
_KEEP_OPTIONAL = 0.55
_RUN_TOGETHER = 0.35
# One text in so many is laid out by another frame than its own, so that a frame says nothing of the intent.
_OTHER_FRAME = 0.25
_STRAY_FOOT = 0.12


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One written mail, with what it was meant to be."""

    subject: str
    body: str
    kind: str
    """One of `templates.KINDS`, or "honest"."""
    intent: str
    """What it is for: the name of the intent it was written from."""
    template: int
    """Which of the intent's bodies; measures hold whole templates out, never single drafts."""
    language: str


def write_drafts(seed: int, count: int, languages: tuple[str, ...] = LANGUAGES) -> Iterator[Draft]:
    """`count` drafts, the languages in turn, lures and honest mail half and half, every intent as often as the next."""
    rng = random.Random(seed)  # noqa: S311 - drafts must repeat, they guard nothing
    sides = {code: _by_side(code) for code in languages}
    for number in range(count):
        code = languages[number % len(languages)]
        yield write_draft(language(code), rng.choice(sides[code][number // len(languages) % 2]), rng)


@cache
def _by_side(code: str) -> tuple[tuple[Intent, ...], tuple[Intent, ...]]:
    intents = language(code).intents
    lures = tuple(intent for intent in intents if intent.kind != "honest")
    # an intent with many bodies is drawn more often, so that every template has its say
    honest = (intent for intent in intents if intent.kind == "honest")
    return lures, tuple(intent for intent in honest for _ in range(max(1, len(intent.bodies) // 2)))


def write_draft(words: Language, intent: Intent, rng: random.Random) -> Draft:
    """One draft of that intent."""
    subject = _say(rng.choice(intent.subjects), words, rng)
    template = rng.randrange(len(intent.bodies))
    told = (*_open(intent, words, rng), *_tell(intent.bodies[template], words, rng))
    body = "\n\n".join(part for part in told if part)
    closing = "\n\n".join(_close(intent, words, rng))
    text = f"{body}\n\n{closing}" if closing else body
    subject, text = roughen(subject, text, rng, lure=intent.kind != "honest")
    return Draft(
        subject=subject, body=text, kind=intent.kind, intent=intent.name, template=template, language=words.code
    )


def _say(phrase: Phrase, words: Language, rng: random.Random) -> str:
    """The phrase in words, tidied where an empty way left a gap or a double stop."""
    said = write_phrase(phrase, words.lists, MAKERS, rng)
    return _UNTIDY.sub("", _UNTIDY.sub("", said)).strip(" ")


def _slot(name: str, words: Language, rng: random.Random) -> str:
    return _say(rng.choice(words.lists[name]), words, rng)


def _frame(intent: Intent, rng: random.Random) -> str:
    if intent.frame == "bare" or rng.random() > _OTHER_FRAME:
        return intent.frame
    return rng.choice(("letter", "notice", "chat"))


def _open(intent: Intent, words: Language, rng: random.Random) -> Iterator[str]:
    frame = _frame(intent, rng)
    if frame != "bare":
        yield _slot(f"open_{frame}", words, rng)


def _close(intent: Intent, words: Language, rng: random.Random) -> Iterator[str]:
    frame = _frame(intent, rng)
    if frame != "bare":
        yield _slot(f"close_{frame}", words, rng)
    if frame in ("notice", "offer") or rng.random() < _STRAY_FOOT:
        yield _slot(f"foot_{'offer' if frame == 'offer' else 'notice'}", words, rng)


def _tell(body: Body, words: Language, rng: random.Random) -> Iterator[str]:
    together = rng.random() < _RUN_TOGETHER
    for paragraph in body.paragraphs:
        said = ""
        for line in paragraph:
            if line.optional and rng.random() > _KEEP_OPTIONAL:
                continue
            gap = "\n" if line.own_line or not together else " "
            said += (gap if said else "") + _say(line.phrase, words, rng)
        yield said

"""The templates of one language, read from its TOML file: lists of words, and the intents of lures and of honest mail."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from mailkeep.kit.trouble import OperatorError
from mailkeep.lab.lures.phrase import Phrase, read_phrase

LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "it", "nl", "pl")
"""ISO 639-1 codes of the languages templates are shipped for."""

KINDS: Final = ("credential", "payment", "extortion", "callback", "scam", "spam", "carrier")
"""What a lure is after; `carrier` wants an attachment opened. Honest mail has the kind "honest"."""

FRAMES: Final = ("letter", "notice", "chat", "bare", "offer")
"""How a text is opened and closed: a business letter, a machine's notice, a note, nothing, or a shop's mailing."""


class Line(msgspec.Struct, frozen=True):
    """One sentence of a body."""

    phrase: Phrase
    optional: bool
    own_line: bool
    """True for a line that is never run together with its neighbours: a list item, a figure of a table."""


class Body(msgspec.Struct, frozen=True):
    """One way to build a text: paragraphs of lines."""

    paragraphs: tuple[tuple[Line, ...], ...]


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a mail can be for, and every way to say it."""

    name: str
    """Kebab-case; the same in every language."""
    kind: str
    """One of `KINDS`, or "honest"."""
    frame: str
    subjects: tuple[Phrase, ...]
    bodies: tuple[Body, ...]


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one language's file holds."""

    code: str
    lists: Mapping[str, tuple[Phrase, ...]]
    intents: tuple[Intent, ...]


@cache
def language(code: str) -> Language:
    """The shipped templates of that language.

    Raises: OperatorError for a language that is not shipped, or a template that cannot be read.
    """
    if code not in LANGUAGES:
        raise OperatorError(f"No templates are shipped for the language {code!r}; choose from {', '.join(LANGUAGES)}.")
    folder = files("mailkeep.lab.lures") / "words"
    shared = tomllib.loads((folder / "shared.toml").read_text("utf-8"))
    return read_language((folder / f"{code}.toml").read_text("utf-8"), code, shared["slots"])


def read_language(source: str, code: str, shared: Mapping[str, str]) -> Language:
    """The templates in the text of a TOML file; `shared` are lists that hold in any language."""
    document = tomllib.loads(source)
    lists = {
        name: _phrases(text, f"{code}.toml [slots] {name}") for name, text in {**shared, **document["slots"]}.items()
    }
    intents = [
        _intent(name, table, f"{code}.toml {side} {name}")
        for side in ("lure", "honest")
        for name, table in document.get(side, {}).items()
    ]
    return Language(code=code, lists=lists, intents=tuple(intents))


def _intent(name: str, table: Mapping[str, str], where: str) -> Intent:
    kind, frame = table.get("kind", "honest"), table.get("frame", "letter")
    if kind not in (*KINDS, "honest"):
        raise OperatorError(f"{where}: the kind {kind!r} is none of {', '.join(KINDS)}.")
    if frame not in FRAMES:
        raise OperatorError(f"{where}: the frame {frame!r} is none of {', '.join(FRAMES)}.")
    bodies = tuple(_body(text, where) for text in table["body"].split("\n---\n"))
    return Intent(name=name, kind=kind, frame=frame, subjects=_phrases(table["subject"], where), bodies=bodies)


def _phrases(text: str, where: str) -> tuple[Phrase, ...]:
    lines = text.strip("\n").split("\n")
    return tuple(read_phrase(line.strip().replace("\\n", "\n"), where) for line in lines)


def _body(text: str, where: str) -> Body:
    paragraphs = (part.split("\n") for part in text.strip("\n").split("\n\n"))
    return Body(tuple(tuple(_line(line.strip(), where) for line in part if line.strip()) for part in paragraphs))


def _line(source: str, where: str) -> Line:
    optional, own_line = source.startswith("? "), source.startswith("* ")
    words = source[2:] if optional or own_line else source
    return Line(phrase=read_phrase(words, where), optional=optional, own_line=own_line)

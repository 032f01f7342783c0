"""Sentences out of word lists: choices in brackets, lists and given values in braces."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

_PIECES = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]|\{([a-z_.]+)\}")
_DEEPEST = 6

Piece = str | tuple[str, ...] | None
Sentence = tuple[tuple[str, tuple[str, ...], str], ...]
"""Pieces: (text before, choices, slot name); one of the last two is empty."""


class Phrasebook:
    """The lists of one TOML file: "list" and "section.list"."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._lists: dict[str, tuple[Sentence, ...]] = {}
        for name, value in document.items():
            if isinstance(value, list):
                self._lists[name] = tuple(_read(each) for each in value)
                continue
            for inner, phrases in value.items():
                self._lists[f"{name}.{inner}"] = tuple(_read(each) for each in phrases)

    def say(self, rng: Random, name: str, **given: str) -> str:
        """One phrase of the list, its slots filled from what is given, else from the list of that name.

        Raises: KeyError for a slot that is neither.
        """
        return self._spell(rng, rng.choice(self._lists[name]), given, 0)

    def words(self, name: str) -> list[str]:
        """Every plain phrase of a list that has no slots, in order."""
        return [sentence[0][0] for sentence in self._lists[name] if len(sentence) == 1 and not any(sentence[0][1:])]

    def _spell(self, rng: Random, sentence: Sentence, given: Mapping[str, str], depth: int) -> str:
        out = []
        for text, choices, slot in sentence:
            out.append(text)
            if choices:
                out.append(rng.choice(choices))
            elif slot:
                value = given.get(slot)
                if value is None and depth < _DEEPEST:
                    value = self._spell(rng, rng.choice(self._lists[slot]), given, depth + 1)
                out.append(value or "")
        return "".join(out)


def _read(phrase: str) -> Sentence:
    pieces, end = [], 0
    for found in _PIECES.finditer(phrase):
        choices = tuple(found[1].split("|")) if found[1] is not None else ()
        pieces.append((phrase[end : found.start()], choices, found[2] or ""))
        end = found.end()
    pieces.append((phrase[end:], (), ""))
    return tuple(piece for piece in pieces if any(piece)) or (("", (), ""),)


@cache
def book(*names: str) -> Phrasebook:
    """The shipped lists of these files together."""
    document: dict[str, Any] = {}
    for name in names:
        document.update(tomllib.loads((files("mailkeep.simulator") / "text" / f"{name}.toml").read_text("utf-8")))
    return Phrasebook(document)

"""The small language templates are written in: `[one|or [an]other]` chooses, `{slot}` is filled from a list."""

import random
import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from mailkeep.kit.trouble import OperatorError

_MARKS = re.compile(r"[\[\]|{}]|[^\[\]|{}]+")
_DEEPEST = 12

Maker = Callable[[random.Random], str]
"""Fills a slot that no list can hold: an amount, a date, a number."""


class Words(msgspec.Struct, frozen=True, gc=False):
    """Words that stand as they are."""

    text: str


class Slot(msgspec.Struct, frozen=True, gc=False):
    """A place filled from the list, or by the maker, of that name."""

    name: str


class Choice(msgspec.Struct, frozen=True):
    """One of several ways to say it; an empty way leaves it out."""

    ways: "tuple[Phrase, ...]"


Phrase = tuple[Words | Slot | Choice, ...]
Lists = Mapping[str, Sequence[Phrase]]


def read_phrase(source: str, where: str) -> Phrase:
    """The phrase that a template line describes.

    Raises: OperatorError, with `where`, for a bracket without its partner.
    """
    marks = _MARKS.findall(source)
    phrase, rest = _read_until(marks, 0, closing=None, where=f"{where}: {source!r}")
    if rest != len(marks):
        raise OperatorError(f"{where}: {source!r} closes a bracket that it never opened; remove it.")
    return phrase


def _read_until(marks: list[str], at: int, *, closing: str | None, where: str) -> tuple[Phrase, int]:
    pieces: list[Words | Slot | Choice] = []
    while at < len(marks):
        mark = marks[at]
        if mark == "[":
            choice, at = _read_choice(marks, at + 1, where)
            pieces.append(choice)
        elif mark == "{":
            pieces.append(_read_slot(marks, at + 1, where))
            at += 3
        elif mark in "]}" or (mark == "|" and closing):
            return tuple(pieces), at
        else:
            pieces.append(Words(mark))
            at += 1
    if closing:
        raise OperatorError(f"{where} opens [ and never closes it; add ].")
    return tuple(pieces), at


def _read_choice(marks: list[str], at: int, where: str) -> tuple[Choice, int]:
    ways = []
    while True:
        way, at = _read_until(marks, at, closing="]", where=where)
        ways.append(way)
        if marks[at] == "]":
            return Choice(tuple(ways)), at + 1
        if marks[at] != "|":
            raise OperatorError(f"{where} has {marks[at]} where | or ] belongs; remove it.")
        at += 1


def _read_slot(marks: list[str], at: int, where: str) -> Slot:
    if marks[at + 1 : at + 2] != ["}"]:
        raise OperatorError(f"{where} opens {{ without a name and its }}; write {{name}}.")
    return Slot(marks[at])


def write_phrase(phrase: Phrase, lists: Lists, makers: Mapping[str, Maker], rng: random.Random) -> str:
    """The phrase in words, each choice made and each slot filled by `rng`.

    Raises: OperatorError for a slot that has neither list nor maker, or that fills itself without end.
    """
    return "".join(_write(phrase, lists, makers, rng, 0))


def _write(phrase: Phrase, lists: Lists, makers: Mapping[str, Maker], rng: random.Random, depth: int) -> Sequence[str]:
    if depth > _DEEPEST:
        raise OperatorError("A slot of the lure templates fills itself without end; break the circle.")
    words: list[str] = []
    for piece in phrase:
        match piece:
            case Words(text):
                words.append(text)
            case Choice(ways):
                words.extend(_write(rng.choice(ways), lists, makers, rng, depth + 1))
            case Slot(name) if name in lists:
                words.extend(_write(rng.choice(lists[name]), lists, makers, rng, depth + 1))
            case Slot(name) if name in makers:
                words.append(makers[name](rng))
            case Slot(name):
                raise OperatorError(f"No list and no maker fills the slot {{{name}}}; add it to [slots].")
    return words


def slots_of(phrase: Phrase) -> set[str]:
    """The names of every slot in the phrase, also within choices."""
    names: set[str] = set()
    for piece in phrase:
        if isinstance(piece, Slot):
            names.add(piece.name)
        elif isinstance(piece, Choice):
            names.update(*map(slots_of, piece.ways))
    return names


def ways_of(phrase: Phrase, lists: Lists, depth: int = 0) -> int:
    """How many different wordings the phrase has, makers counted as one, capped at 10^12."""
    ways = 1
    for piece in phrase:
        if isinstance(piece, Choice):
            ways *= sum(ways_of(way, lists, depth + 1) for way in piece.ways)
        elif isinstance(piece, Slot) and piece.name in lists and depth < _DEEPEST:
            ways *= sum(ways_of(way, lists, depth + 1) for way in lists[piece.name])
    return min(ways, 10**12)

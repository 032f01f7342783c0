"""Text becomes numbers: which hashed words, word runs and letter runs it has.

Training and judging call the same two functions, so what was learned is what is looked up.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from mailkeep.facts.presented import presented
from mailkeep.kit.unicode import strip_invisible
from mailkeep.mail import Message

BITS: Final = 18
"""A feature's number has this many bits."""
LONGEST: Final = 4000
"""Characters of a text that are read: a lure has said what it wants by then."""

Indexes = npt.NDArray[np.uint32]
_Numbers = TypeVar("_Numbers", npt.NDArray[np.uint32], npt.NDArray[np.uint64])

# Letters drawn alike are folded to the Latin one always: a Russian text loses nothing by it, a disguised word is unmasked.
_DRAWN_ALIKE = str.maketrans("аеорсухіјѕһԛԝвкмнтοανρτικɡıłøđ", "aeopcyxijshqwbkmhtoavptikgilod")
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "’": "'", "‘": "'", "ʼ": "'"})
_MARKS = dict.fromkeys(map(ord, "–—„“”«»‹›·•…¡¿|©®™←→✓"), " ")
_COMBINING = dict.fromkeys(range(0x300, 0x370), "")
_FOLD: dict[int, int | str] = {**_DRAWN_ALIKE, **_LETTERS, **_MARKS, **_COMBINING}
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,400}")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
_FIGURES = re.compile(
    r"(?P<wallet>\b(?:bc1[a-z0-9]{25,60}|0x[a-f0-9]{40}|[13][a-km-z1-9]{25,34})\b)"
    r"|(?P<phone>(?:\+\d{1,3}[ (.-]{0,2}|\(?0(?!\d[./-]\d\d?[./-])|\b1[-. ]\(?8)[\d ().\-/]{6,16}\d)"
    r"|\d[\d.,:]{0,30}",
    re.ASCII,
)
_DIGIT = re.compile("[0-9]")
"""Every figure has one, and looking for one costs a tenth of looking for figures."""
_FIGURE_TOKENS = {"wallet": " xwallet ", "phone": " xphone ", None: " 0 "}
_SPACED = bytes(c if c >= 128 or chr(c).isalnum() or chr(c) in "$!?%" else 32 for c in range(256))
_LONGEST_BYTES = LONGEST * 2
_BASE = 0x9E3779B97F4A7C15
_WRAP = 0xFFFFFFFFFFFFFFFF
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(64 - BITS)
_HALF = np.uint64(32)
_TEXT_BITS = np.uint64(BITS)
_INDEX_MASK = np.uint64((1 << BITS) - 1)
_SPACE: Final = ord(" ")
_FIVE: Final = 7
"""The kind of a letter run, told apart in its hash; a word run's kind is its length."""


def _powers(base: int, count: int) -> npt.NDArray[np.uint64]:
    values, value = [], 1
    for _ in range(count):
        values.append(value)
        value = value * base & _WRAP
    return np.array(values, dtype=np.uint64)


_POWER = _powers(_BASE, _LONGEST_BYTES + 2)
_INVERSE = _powers(pow(_BASE, -1, 2**64), _LONGEST_BYTES + 2)


def own_words(message: Message) -> str:
    """What the model reads of a mail: its subject, a line break, the words it presents as its own message."""
    return f"{message.subject}\n{presented(message).text}"


def plain(text: str) -> bytes:
    """The text as the model reads it: folded lower-case words with one space between, addresses and figures as tokens.

    Gives: at most 8,000 bytes, one space at each end; empty for a text without a word.
    """
    text = text[:LONGEST]
    if not text.isascii():
        text = unicodedata.normalize("NFKD", strip_invisible(text))
    text = text.casefold()
    if not text.isascii():
        text = text.translate(_FOLD)
    if "://" in text or "www." in text:
        text = _URL.sub(" xurl ", text)
    if "@" in text:
        text = _MAIL.sub(" xmail ", text)
    if _DIGIT.search(text):
        text = _FIGURES.sub(lambda found: _FIGURE_TOKENS[found.lastgroup], text)
    words = text.encode("utf-8", "replace").translate(_SPACED).split()
    return b" ".join((b"", *words))[: _LONGEST_BYTES - 1] + b" " if words else b""


def features(words: bytes) -> Indexes:
    """The numbers of the features in a text made `plain`, each once, ascending: words, runs of two and three, letter fives.

    Costs: about 0.1 ms for 1,500 characters; all in numpy.
    """
    if len(words) < 3:
        return np.empty(0, dtype=np.uint32)
    letters = np.frombuffer(words, dtype=np.uint8)
    sums = np.zeros(len(letters) + 1, dtype=np.uint64)
    np.cumsum(letters * _POWER[: len(letters)], out=sums[1:])
    gaps = np.flatnonzero(letters == _SPACE)
    runs = [_run(sums, gaps, length) for length in (1, 2, 3)]
    runs.append(_spans(sums, np.arange(max(0, len(letters) - 4)), 5))
    return _each_once(np.concatenate(runs))


def features_of_each(texts: Sequence[bytes]) -> list[Indexes]:
    """What `features` gives for each of these texts made `plain`, worked out together.

    Costs: a third of asking one by one where they are sentences: numpy is called once for about a page of them.
    """
    found: list[Indexes] = []
    first = length = 0
    for at, text in enumerate(texts):
        if length + len(text) > _LONGEST_BYTES:
            found += _together(texts[first:at])
            first, length = at, 0
        length += len(text)
    return found + _together(texts[first:])


def _together(texts: Sequence[bytes]) -> list[Indexes]:
    """The same for texts of at most `_LONGEST_BYTES` in all: hashed as one, without the spans that leave their text."""
    letters = np.frombuffer(b"".join(texts), dtype=np.uint8)
    if not len(letters):
        return [np.empty(0, dtype=np.uint32) for _ in texts]
    owner = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) for text in texts])
    sums = np.zeros(len(letters) + 1, dtype=np.uint64)
    np.cumsum(letters * _POWER[: len(letters)], out=sums[1:])
    gaps = np.flatnonzero(letters == _SPACE)
    spans = [(gaps[:-length], gaps[length:] + 1, length) for length in (1, 2, 3)]
    fives = np.arange(max(0, len(letters) - 4))
    spans.append((fives, fives + 5, _FIVE))
    keys = []
    for starts, ends, kind in spans:
        inside = np.flatnonzero(owner[starts] == owner[ends - 1])
        begin = starts[inside]
        hashes = _mixed((sums[ends[inside]] - sums[begin]) * _INVERSE[begin], kind)
        keys.append(owner[begin] << _TEXT_BITS | hashes)
    found = _each_once(np.concatenate(keys))
    bounds = np.searchsorted(found, np.arange(1, len(texts), dtype=np.uint64) << _TEXT_BITS)
    return np.split((found & _INDEX_MASK).astype(np.uint32), bounds)


def _each_once(found: _Numbers) -> _Numbers:
    """The numbers ascending, without repeats. Costs: a quarter of numpy's own for so few."""
    found.sort()
    new = np.empty(len(found), dtype=np.bool_)
    new[:1] = True
    np.not_equal(found[1:], found[:-1], out=new[1:])
    return found[new]


def _run(sums: npt.NDArray[np.uint64], gaps: npt.NDArray[np.int64], length: int) -> Indexes:
    """Hashes of every `length` words in a row; a span takes the space on both its sides, so its ends are known."""
    starts, ends = gaps[:-length], gaps[length:] + 1
    return _mixed((sums[ends] - sums[starts]) * _INVERSE[starts], length)


def _spans(sums: npt.NDArray[np.uint64], starts: npt.NDArray[np.int64], width: int) -> Indexes:
    return _mixed((sums[starts + width] - sums[starts]) * _INVERSE[starts], _FIVE)


def _mixed(values: npt.NDArray[np.uint64], kind: int) -> Indexes:
    values = (values + np.uint64(kind)) * _MIX
    values = (values ^ (values >> _HALF)) * _MIX
    return (values >> _SHIFT).astype(np.uint32)

"""The tables of asks: what mail demands, in the words of eight languages.

The notation of `data/asks/*.toml`: RE2 expressions, case-blind, whole words, written with accents that do not count.
One blank stands for any run of blanks, commas or quotes inside a sentence; " ~ " leaves room for up to four words.
"""

import unicodedata

from mailkeep.facts import shipped
from mailkeep.facts.read.folded import fold
from mailkeep.kit.known import Unknown
from mailkeep.kit.patterns import PatternTable

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "pl")
"""Languages that have a table."""

_BLANK = r"[^\w.!?]+"
_WORDS = r"(?:[\w'@-]+(?:[.,]\w+)*[^\w.!?]+){0,4}"
_GAP = r"[^\w.!?]+" + _WORDS
_LOOSE_GAP = r"[^\w.!?]*" + _WORDS
_UMLAUTS = {"ä": "ae?", "ö": "oe?", "ü": "ue?", "ß": "s{1,2}", "œ": "oe?", "ł": "l"}
"""What has a second spelling in ASCII; all other accented letters lose their accent."""


def expression(row: str) -> str:
    """The RE2 expression that a row of the tables stands for, to be run on folded text (see `folded.fold`)."""
    pieces: list[str] = []
    at, inside = 0, False
    while at < len(row):
        gap = next((mark for mark in (" ?~ ", " ~ ", " ~", "~ ") if not inside and row.startswith(mark, at)), "")
        if gap:
            pieces.append(_LOOSE_GAP if "?" in gap else _GAP)
            at += len(gap)
            continue
        letter = row[at]
        if letter == "\\":
            pieces.append(row[at : at + 2])
            at += 2
            continue
        inside = letter == "[" or (inside and letter != "]")
        pieces.append(_BLANK if letter == " " and not inside else _plain(letter))
        at += 1
    return rf"\b(?:{''.join(pieces)})\b"


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter in _UMLAUTS:
        return _UMLAUTS[letter]
    return "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))


Tables = tuple[PatternTable, ...]
"""The tables that are run on one text."""


def _table(language: str) -> PatternTable:
    rows = shipped.table(f"asks/{language}.toml").items()
    return PatternTable((kind, expression(phrase)) for kind, phrases in rows for phrase in phrases)


_BY_LANGUAGE = {language: _table(language) for language in LANGUAGES}
"""One set for each language: a text meets its own language's rows and the English ones, which costs a third of one set of all
and keeps a word that means something else next door from counting."""

_ALL: Tables = tuple(_BY_LANGUAGE.values())
_NEIGHBOURS = {"es": ("pt",), "pt": ("es",), "ca": ("es",)}
"""Languages so near that short texts are taken for each other."""


def tables(language: str | Unknown) -> Tables:
    """The tables to run on a text of this language: its own, its neighbours' and English; all when the language is unknown."""
    if isinstance(language, Unknown):
        return _ALL
    codes = dict.fromkeys((language, *_NEIGHBOURS.get(language, ()), "en"))
    return tuple(_BY_LANGUAGE[code] for code in codes if code in _BY_LANGUAGE)


def find(text: str, chosen: Tables) -> list[tuple[str, int, int]]:
    """(kind, start, end) of every ask, in characters of the text as it stands, in order; those of one kind never overlap."""
    folded = fold(text)
    found = sorted((hit for table in chosen for hit in table.find(folded.text)), key=lambda hit: (hit[1], -hit[2]))
    ends: dict[str, int] = {}
    kept: list[tuple[str, int, int]] = []
    for kind, start, end in found:
        if start >= ends.get(kind, 0):
            ends[kind] = end
            kept.append((kind, folded.origin(start), folded.origin(end - 1) + 1))
    return kept

"""What letters look like to a person: look-alikes folded, invisible characters removed, scripts named."""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default-ignorable characters (Unicode DerivedCoreProperties 17.0) and the fillers that are drawn as nothing."""

_DRAWING = re.compile("[\ufe00-\ufe0f\U000e0020-\U000e007f]")
"""Invisible characters that honest pictures (emoji, flags) are built with."""

_INSIDE_WORD = re.compile(
    "(?<=[A-Za-z\u00c0-\u024f\u0370-\u052f])"
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff]+"
    "(?=[A-Za-z\u00c0-\u024f\u0370-\u052f])"
)
"""Between two letters of a script that never needs joiners."""

_PAIRS = re.compile("rn|vv")
_PAIR_AS_ONE = {"rn": "m", "vv": "w"}


def _look_alikes() -> dict[int, str]:
    rows = (files("mailkeep.kit") / "data" / "confusables.txt").read_text("utf-8").splitlines()
    table: dict[int, str] = {}
    for row in rows:
        if row and not row.startswith("#"):
            shape, _, others = row.partition("\t")
            table.update({ord(other): shape for other in others.split()})
    return table


_LOOK_ALIKES = _look_alikes()


@lru_cache(maxsize=16_384)
def skeleton(text: str) -> str:
    """What the text looks like: two texts with one skeleton can be taken for each other. For comparing, not for showing.

    Look-alike letters of Cyrillic, Greek, Armenian, Cherokee, full-width and mathematical alphabets become the Latin one,
    accents go, invisible characters go, case goes, rn is m, vv is w, 0 is o, 1 is l.
    Source: the idea of UTS #39 §4, with an own table (data/confusables.txt).
    """
    if text.isascii():
        folded = text.lower()
    else:
        plain = unicodedata.normalize("NFKD", strip_invisible(text).translate(_LOOK_ALIKES).lower())
        folded = "".join(c for c in plain if not unicodedata.combining(c))
    folded = folded.translate(_LOOK_ALIKES)
    return _PAIRS.sub(lambda pair: _PAIR_AS_ONE[pair[0]], folded)


def strip_invisible(text: str) -> str:
    """The text without characters that are drawn as nothing."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def whole_characters(text: str) -> str:
    """The text with every half of a broken surrogate pair as U+FFFD, so that it can be encoded."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def invisible_count(text: str) -> int:
    """How many characters are drawn as nothing; those that emoji are built with are not counted."""
    if text.isascii():
        return 0
    return len(_INVISIBLE.findall(text)) - len(_DRAWING.findall(text))


def words_split_invisibly(text: str) -> int:
    """How often invisible characters stand between two letters of a word, where no script needs them."""
    return 0 if text.isascii() else len(_INSIDE_WORD.findall(text))


def scripts(word: str) -> frozenset[str]:
    """The scripts of its letters: "Latin", "Cyrillic", "Greek", "Cjk" …; digits and signs have none."""
    if word.isascii():
        return _LATIN if any(c.isalpha() for c in word) else _NONE
    return frozenset(_script(c) for c in word if c.isalpha()) - {""}


_LATIN = frozenset({"Latin"})
_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=4_096)
def _script(letter: str) -> str:
    """First word of the character's Unicode name, which for letters is the script."""
    name = unicodedata.name(letter, "").partition(" ")[0]
    return {
        "FULLWIDTH": "Latin",
        "MATHEMATICAL": "Latin",
        "MODIFIER": "",
        "FEMININE": "Latin",
        "MASCULINE": "Latin",
    }.get(name, name.capitalize())

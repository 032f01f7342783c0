"""Web addresses that stand bare in text, as mail programs make them clickable."""

import re

from mailkeep.mail import bounds
from mailkeep.mail.message import Anchor, Place

_URL = re.compile(r"(?:https?://|ftp://|www\.)[^\s<>\"\x00-\x1f\u200b\u3000]{2,4000}", re.IGNORECASE)
_TRAILING = ".,;:!?'`*_|\\"
_PAIRS = {")": "(", "]": "[", "}": "{", "\u201d": "\u201c", "\u00bb": "\u00ab", "\u300d": "\u300c"}


def bare(text: str, path: str, taken: list[tuple[int, int]], room: int) -> tuple[list[Anchor], bool]:
    """(links, whether some were left out): every URL of the text that is not already inside a link.

    Takes: `taken`, (start, end) of the links' own texts, in order; `room`, how many more may be kept.
    """
    found: list[Anchor] = []
    waiting = iter(taken)
    span = next(waiting, None)
    for hit in _URL.finditer(text):
        start = hit.start()
        while span is not None and span[1] <= start:
            span = next(waiting, None)
        if span is not None and span[0] <= start < span[1]:
            continue
        if start and text[start - 1].isalnum() and text[start].lower() == "w":
            continue
        url = _trimmed(hit.group())
        if len(found) >= min(room, bounds.ANCHORS):
            return found, True
        target = url if "://" in url[:8] else f"http://{url}"
        found.append(Anchor(target, "", "text", Place(path, start, start + len(url), "link")))
    return found, False


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence around it."""
    end = len(url)
    surplus = {mark: url.count(mark) - url.count(partner) for mark, partner in _PAIRS.items() if mark in url}
    while end:
        last = url[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return url[:end]

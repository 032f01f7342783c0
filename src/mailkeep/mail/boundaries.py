"""Where the delimiter lines of nested multipart bodies stand (RFC 2046 §5.1.1).

Every open boundary remembers its next delimiter, so that the mail is searched once for each boundary however deep
the nesting: a mail of nothing but dashes costs no more than one of words.
"""

import re
from typing import NamedTuple

_NEVER = 1 << 62
_LINE = 400
_MISSES = 20_000
_CONTENT_LINE = re.compile(rb"[ \t\r\n]{0,8}content-[a-z-]{2,30}[ \t]*[:=]", re.IGNORECASE)


class Delimiter(NamedTuple):
    """One delimiter line."""

    start: int
    """Of its two dashes."""
    end: int
    """Where what follows it begins."""
    boundary: bytes
    closes: bool


class Marks:
    """The delimiter lines of one mail."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._next: dict[bytes, tuple[int, Delimiter | None]] = {}
        self._misses = 0

    def next(self, boundary: bytes, at: int) -> Delimiter | None:
        """The first delimiter line of this boundary that starts at or after `at`."""
        known = self._next.get(boundary)
        if known is not None and known[0] <= at and (known[1] is None or known[1].start >= at):
            return known[1]
        found = self._find(boundary, at)
        self._next[boundary] = (at, found)
        return found

    def first(self, boundaries: list[bytes], at: int) -> Delimiter | None:
        """The first delimiter line of any of these; of two on one line, that of the one named last (innermost)."""
        best: Delimiter | None = None
        for boundary in boundaries:
            found = self.next(boundary, at)
            if found and (best is None or found.start <= best.start):
                best = found
        return best

    def _find(self, boundary: bytes, at: int) -> Delimiter | None:
        needle = b"--" + boundary
        while self._misses < _MISSES:
            hit = self.raw.find(needle, at)
            if hit < 0:
                return None
            at = hit + len(needle)
            if hit == 0 or self.raw[hit - 1] in b"\r\n":
                found = self._exact(boundary, hit, at)
                if found:
                    return found
            self._misses += 1
        return None

    def _exact(self, boundary: bytes, start: int, at: int) -> Delimiter | None:
        """The line when it holds nothing but the boundary, white space and perhaps the closing dashes."""
        end = line_end(self.raw, at)
        rest = self.raw[at:end].strip()
        if rest in {b"", b"--"}:
            return Delimiter(start, after_break(self.raw, end), boundary, rest == b"--")
        return None

    def loose(self, boundary: bytes, at: int, stop: int) -> bytes:
        """A longer boundary that delimiter lines really bear when the stated one is only its beginning; else empty."""
        hit = self.raw.find(b"\n--" + boundary, at, stop)
        if hit < 0:
            return b""
        start = hit + 3
        line = self.raw[start : line_end(self.raw, start)]
        return line.rstrip().removesuffix(b"--") if _CONTENT_LINE.match(self.raw, start + len(line)) else b""

    def guess(self, at: int, stop: int) -> bytes:
        """A boundary that no header states: the first dashed line with a Content- header under it; else empty."""
        seek = at - 1 if at > 0 else 0
        for _ in range(200):
            hit = self.raw.find(b"--", seek, stop)
            if hit < 0:
                return b""
            end = line_end(self.raw, hit)
            at_line_start = hit == 0 or self.raw[hit - 1] in b"\r\n"
            if at_line_start and 2 < end - hit < 250 and _CONTENT_LINE.match(self.raw, end, stop):
                return self.raw[hit + 2 : end].rstrip(b" \t")
            seek = max(hit + 2, end)
        return b""


def line_end(raw: bytes, at: int) -> int:
    """Where the line that holds `at` ends, its line break not counted; no further on than a delimiter may be long."""
    limit = min(at + _LINE, len(raw))
    feed = raw.find(b"\n", at, limit)
    end = feed if feed >= 0 else limit
    back = raw.find(b"\r", at, end)
    return back if back >= 0 else end


def after_break(raw: bytes, end: int) -> int:
    """Past the line break at `end`."""
    if raw[end : end + 2] == b"\r\n":
        return end + 2
    return min(end + 1, len(raw))


def before_break(raw: bytes, start: int, floor: int) -> int:
    """Before the line break that ends just before `start`: it belongs to the delimiter (RFC 2046 §5.1.1)."""
    if start - 2 >= floor and raw[start - 2 : start] == b"\r\n":
        return start - 2
    return start - 1 if start - 1 >= floor and raw[start - 1] in b"\r\n" else start

"""Hundreds of patterns against one text in linear time, each hit with its place."""

from collections.abc import Iterable, Iterator

import re2

_MOST_PER_ROW = 4
"""Hits of one row that are given; more of the same tell nothing new."""


class PatternTable:
    """A table of regular expressions (RE2 syntax, case-blind), compiled once; many rows may share an id.

    Costs: one pass for the literal words that rows cannot do without, then only the rows whose words are all there are run:
    on 190 phrase patterns 10 to 20 µs a mail, where one automaton of all of them (re2.Set) takes 100 to 200 µs of fresh text.
    """

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._rows: list[tuple[str, re2._Regexp]] = []
        self._filter = re2.Filter()
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        for row_id, pattern in rows:
            try:
                self._rows.append((row_id, re2.compile(pattern, options)))
            except re2.error as fault:
                raise ValueError(f"pattern {row_id!r} is no RE2 expression: {pattern!r}: {fault}") from fault
            self._filter.Add(pattern, options)
        if self._rows:
            self._filter.Compile()

    def find(self, text: str) -> list[tuple[str, int, int]]:
        """(id, start, end) in characters of the text, in order of place; at most a few hits of each row."""
        encoded = _encoded(text)
        spans = [
            (start, end, self._rows[row][0]) for row in self._hits(encoded) for start, end in self._spans(row, encoded)
        ]
        spans.sort()
        if len(encoded) == len(text):
            return [(row_id, start, end) for start, end, row_id in spans]
        return list(_in_characters(encoded, spans))

    def ids(self, text: str) -> frozenset[str]:
        """The ids that hit, without places: one pass."""
        return frozenset(self._rows[row][0] for row in self._hits(_encoded(text)))

    def _hits(self, encoded: bytes) -> Iterable[int]:
        return (self._rows and self._filter.Match(encoded)) or ()  # the binding gives None for no hit

    def _spans(self, row: int, encoded: bytes) -> Iterator[tuple[int, int]]:
        for count, match in enumerate(self._rows[row][1].finditer(encoded)):
            if count == _MOST_PER_ROW:
                return
            yield match.span()


def _encoded(text: str) -> bytes:
    """Lower case, since the filter compares its literal words as they are; each character stays one character."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return lower.encode("utf-8", "replace")  # a lone surrogate becomes one "?", so character offsets stay true


def _in_characters(encoded: bytes, spans: list[tuple[int, int, str]]) -> Iterator[tuple[str, int, int]]:
    """Byte spans, in order of their start, as character spans; one pass over the text."""
    done_bytes = done_chars = 0
    for start, end, row_id in spans:
        done_chars += len(encoded[done_bytes:start].decode("utf-8", "replace"))
        done_bytes = start
        yield row_id, done_chars, done_chars + len(encoded[start:end].decode("utf-8", "replace"))

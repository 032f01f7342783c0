"""Hundreds of patterns against one text in linear time, each hit with its place."""

from collections.abc import Iterable, Iterator

import re2

_MOST_PER_ROW = 4
"""Hits of one row that are given; more of the same tell nothing new."""
_SET_MEMORY = 64 << 20
"""Bytes the set's automaton may cache; it starts anew when full, it never fails."""


class PatternTable:
    """A table of regular expressions (RE2 syntax, case-blind), compiled once; many rows may share an id.

    Costs: one pass over the text finds out which rows hit; only those are then searched for their places.
    """

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._rows: list[tuple[str, re2._Regexp]] = []
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        set_options = re2.Options()
        set_options.case_sensitive = False
        set_options.log_errors = False
        set_options.max_mem = _SET_MEMORY
        self._set = re2.Set.SearchSet(set_options)
        for row_id, pattern in rows:
            try:
                self._rows.append((row_id, re2.compile(pattern, options)))
            except re2.error as fault:
                raise ValueError(f"pattern {row_id!r} is no RE2 expression: {pattern!r}: {fault}") from fault
            self._set.Add(pattern)
        if self._rows:
            self._set.Compile()

    def find(self, text: str) -> list[tuple[str, int, int]]:
        """(id, start, end) in characters of the text, in order of place; at most a few hits of each row."""
        encoded = text.encode("utf-8", "replace")  # a lone surrogate becomes one "?", so character offsets stay true
        hits = (self._rows and self._set.Match(encoded)) or ()  # the binding gives None for no hit
        spans = [(start, end, self._rows[row][0]) for row in hits for start, end in self._spans(row, encoded)]
        spans.sort()
        if len(encoded) == len(text):
            return [(row_id, start, end) for start, end, row_id in spans]
        return list(_in_characters(encoded, spans))

    def ids(self, text: str) -> frozenset[str]:
        """The ids that hit, without places: one pass."""
        hits = (self._rows and self._set.Match(text.encode("utf-8", "replace"))) or ()
        return frozenset(self._rows[row][0] for row in hits)

    def _spans(self, row: int, encoded: bytes) -> Iterator[tuple[int, int]]:
        for count, match in enumerate(self._rows[row][1].finditer(encoded)):
            if count == _MOST_PER_ROW:
                return
            yield match.span()


def _in_characters(encoded: bytes, spans: list[tuple[int, int, str]]) -> Iterator[tuple[str, int, int]]:
    """Byte spans, in order of their start, as character spans; one pass over the text."""
    done_bytes = done_chars = 0
    for start, end, row_id in spans:
        done_chars += len(encoded[done_bytes:start].decode("utf-8", "replace"))
        done_bytes = start
        yield row_id, done_chars, done_chars + len(encoded[start:end].decode("utf-8", "replace"))

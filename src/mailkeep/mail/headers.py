"""The header block in one pass over the raw bytes: ordered, duplicates kept, each line with its place.

The standard library's parser loses the places, and takes the first odd line for the end of the block, where mail
programs read on: an attacker's junk line would hide every header after it.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from mailkeep.mail import bounds, encoded
from mailkeep.mail.message import Defect, Header, Place

_FIELD = re.compile(rb"([!-9;-~]{1,1000})[ \t]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)(?:\r?\n|\Z)")
_FIELD_START = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_FIELD_OF_OLD_MACS = re.compile(rb"([!-9;-~]{1,1000})[ \t]*:([^\r]*(?:\r[ \t][^\r]*)*)(?:\r|\Z)")
_LINE = re.compile(rb"[^\r\n]*")
_ENVELOPE = re.compile(rb">?From [^\r\n]*(?:\r\n|\n|\r|\Z)")
_BLANK = re.compile(rb"(?:\r\n|\n|\r(?!\n))+")
_KNOWN = re.compile(
    rb"[ \t]{0,20}(?:content-[a-z-]{2,30}|mime-version|x-[a-z0-9-]{1,60}|from|to|cc|subject|date|received|message-id|reply-to|"
    rb"return-path|sender|in-reply-to|references|dkim-signature|authentication-results|arc-[a-z-]{1,40}|list-[a-z-]{1,40})"
    rb"[ \t]*:",
    re.IGNORECASE,
)
_NO_COLON = re.compile(rb"(content-[a-z-]{2,30})[ \t]+([^\r\n]*)(?=\r?\n)", re.IGNORECASE)
_FOLDS = re.compile(rb"[\r\n]+(?=[ \t])")


class Field(NamedTuple):
    """One header field before its words are decoded."""

    name: str
    text: str
    """Unfolded value; encoded words still encoded, because addresses are split before they are decoded."""
    start: int
    end: int
    key: str
    """The name in lower case."""

    def noun(self) -> Header:
        """The field as a reader sees it."""
        if "=?" not in self.text and self.text.isprintable():
            return Header(self.name, self.text, self.start, self.end)
        value = encoded.without_controls(encoded.decode_words(self.text)).strip()
        return Header(self.name, value, self.start, self.end)

    def place(self, label: str = "") -> Place:
        """Where the field stands."""
        return Place("header", self.start, self.end, label or self.name)


class Block(NamedTuple):
    """A header block and where the body after it begins."""

    fields: tuple[Field, ...]
    body: int
    defects: tuple[Defect, ...]

    def texts(self, name: str) -> list[str]:
        """Every value of that name (lower case), in order."""
        return [field.text for field in self.fields if field.key == name]

    def named(self, name: str) -> list[Field]:
        """Every field of that name (lower case), in order."""
        return [field for field in self.fields if field.key == name]


def scan(raw: bytes, start: int = 0, end: int | None = None, *, top: bool = True) -> Block:
    """The header block that begins at `start`.

    Takes: `top` true for a whole mail, where an mbox "From " line or blank lines may stand before the headers.
    Costs: one pass over the block, which `bounds` limits.
    """
    stop = len(raw) if end is None else end
    scanner = _Scanner(raw, stop)
    at = scanner.preface(start) if top else start
    body = scanner.run(at)
    return Block(tuple(scanner.fields), body, tuple(scanner.defects))


class _Scanner:
    def __init__(self, raw: bytes, stop: int) -> None:
        self.raw = raw
        self.stop = stop
        self.fields: list[Field] = []
        self.defects: list[Defect] = []
        # without any line feed, the lone carriage return is the line's end and nothing odd
        self.has_feeds = raw.find(b"\n") >= 0
        self.field = _FIELD if self.has_feeds else _FIELD_OF_OLD_MACS

    def preface(self, at: int) -> int:
        blank = _BLANK.match(self.raw, at, self.stop)
        if blank and self.field.match(self.raw, blank.end(), self.stop):
            self._note("leading-blank-lines", "the mail begins with blank lines", at, blank.end())
            at = blank.end()
        envelope = _ENVELOPE.match(self.raw, at, self.stop)
        return envelope.end() if envelope else at

    def run(self, at: int) -> int:
        limit = min(self.stop, at + bounds.HEADER_BYTES)
        while at < limit:
            if self.raw[at] in b"\r\n":
                following = self._after_blank(at)
                if not self._is_misplaced(at, following, limit):
                    return following
                self._note("blank-line-in-headers", "a blank line stands among the headers", at, following)
                at = following
                continue
            if len(self.fields) >= bounds.HEADER_LINES:
                break
            field = self.field.match(self.raw, at, limit)
            if field:
                # every line end in here is a fold: the pattern lets none through that no blank follows
                self._keep(field.group(1), field.group(2).translate(None, b"\r\n"), at, field.end(2))
                at = field.end()
                continue
            following = self._odd_line(at, limit)
            if following == at:
                return at
            at = following
        if at < self.stop:
            self._note("headers-cut", f"more than {len(self.fields)} header lines or a megabyte of them", at, at)
            return self._skip_to_blank(at)
        return at

    def _is_misplaced(self, at: int, following: int, limit: int) -> bool:
        """A lone carriage return, or a blank line before a part's first header, with headers after it: many programs
        read on. A blank line after headers always ends them.
        """
        is_lone_return = self.has_feeds and self.raw[at : at + 1] == b"\r" and following == at + 1 < limit
        return (is_lone_return or not self.fields) and _KNOWN.match(self.raw, following, limit) is not None

    def _after_blank(self, at: int) -> int:
        return at + (2 if self.raw[at : at + 2] == b"\r\n" else 1)

    def _skip_to_blank(self, at: int) -> int:
        ends = [hit + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (hit := self.raw.find(mark, at, self.stop)) >= 0]
        return min(ends, default=self.stop)

    def _odd_line(self, at: int, limit: int) -> int:
        """Where to read on after a line that is no field; `at` itself when the body begins here."""
        end = self._line_end(at, limit)
        following = self._after_blank(end) if end < limit else limit
        name, colon, value = self.raw[at:end].partition(b":")
        name = name.strip()
        if colon and name and len(name) <= 1000 and b" " not in name and b"\t" not in name:
            self._keep(name, value, at, end)
            self._note("odd-header", "a header line has characters that do not belong there", at, end)
            return following
        if bare := _NO_COLON.match(self.raw, at, limit):
            self._keep(bare.group(1), bare.group(2), at, bare.end())
            self._note("missing-colon", "a header name has no colon after it", at, end)
            return self._after_blank(bare.end())
        if _KNOWN.match(self.raw, following, limit) or self.raw[at : at + 1] in {b" ", b"\t"}:
            self._note("junk-header-line", "a line among the headers is no header", at, end)
            return following
        self._note("missing-blank-line", "no blank line stands between headers and body", at, end)
        return at

    def _line_end(self, at: int, limit: int) -> int:
        """The end of an odd line. A lone carriage return ends it where a header follows, else it is part of the value."""
        end = _LINE.match(self.raw, at, limit).end()  # type: ignore[union-attr] # it matches the empty line too
        for _ in range(20):
            is_lone_return = self.raw[end : end + 1] == b"\r" and self.raw[end + 1 : end + 2] not in {b"\n", b"\r", b""}
            if not is_lone_return or end >= limit or _FIELD_START.match(self.raw, end + 1, limit):
                break
            end = _LINE.match(self.raw, end + 1, limit).end()  # type: ignore[union-attr] # the same
        return end

    def _keep(self, name: bytes, value: bytes, start: int, end: int) -> None:
        if value.find(b"\n") >= 0 or value.find(b"\r") >= 0:
            value = _FOLDS.sub(b"", value)
        label, key = _label(name)
        self.fields.append(Field(label, encoded.text_of(value).strip(), start, end, key))

    def _note(self, kind: str, says: str, start: int, end: int) -> None:
        self.defects.append(Defect(kind, says, Place("header", start, end)))


@lru_cache(maxsize=1_024)
def _label(name: bytes) -> tuple[str, str]:
    """The name as written and in lower case; mail has the same hundred names again and again."""
    label = encoded.text_of(name)
    return label, label.lower()

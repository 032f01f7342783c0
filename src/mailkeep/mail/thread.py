"""The sender's own words apart from the older mail they carry.

What is taken for a quote is judged less closely than new words, so nothing becomes one on the HTML's word alone: a
container marked as a quote counts only beside an introduction of it or beside new words.
"""

import re
from typing import NamedTuple

from mailkeep.mail import bounds, introductions
from mailkeep.mail.html import Region
from mailkeep.mail.introductions import Introduction
from mailkeep.mail.message import Quote

_MARKED = re.compile(r"[ \t]{0,3}(?:[A-Za-z]{0,3}>|\|\s)")
_DISCLAIMER = re.compile(
    r"confidential|privileged|intended (?:only |solely )?(?:recipient|for)|unauthori[sz]ed|disclosure|"
    r"received this (?:e-?mail|message) in error|"
    r"vertraulich|irrtümlich|confidentiel|destinataire|confidencial|destinatario|riservat|vertrouwelijk|poufn",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://|www\.|@", re.IGNORECASE)
_SIGNATURE_CHARS = 500
_DISCLAIMER_CHARS = 200


class Thread(NamedTuple):
    """One text, split."""

    new_text: str
    spans: tuple[tuple[int, int], ...]
    """(start, end) in the whole text of each piece of `new_text`; pieces are joined by one line break."""
    quotes: tuple[Quote, ...]


class _Found(NamedTuple):
    start: int
    end: int
    kind: str
    author: str
    subject: str
    is_introduced: bool


def split(text: str, regions: tuple[Region, ...] = ()) -> Thread:
    """The thread in a mail's visible text. Linear in the text's length."""
    reader = _Reader(text, regions)
    found = reader.run()
    spans = _rest(text, found)
    if not any(span for span in spans) and found and not any(one.is_introduced for one in found):
        found, spans = [], [(0, len(text))]
    spans = [part for span in spans for part in _own_words(text, *span)]
    quotes = tuple(
        Quote(one.kind, text[one.start : one.end].strip(), one.author, one.subject) for one in found[: bounds.QUOTES]
    )
    return Thread("\n".join(text[start:end] for start, end in spans), tuple(spans), quotes)


def _rest(text: str, found: list[_Found]) -> list[tuple[int, int]]:
    """What lies outside the quotes, blank edges left out."""
    spans, at = [], 0
    for start, end in [*((one.start, one.end) for one in found), (len(text), len(text))]:
        piece = text[at:start]
        if piece.strip():
            first = at + len(piece) - len(piece.lstrip())
            spans.append((first, at + len(piece.rstrip())))
        at = max(at, end)
    return spans


class _Reader:
    def __init__(self, text: str, regions: tuple[Region, ...]) -> None:
        self.text = text
        self.regions = sorted(regions)
        self.starts: list[int] = []
        self.lines: list[str] = []
        at = 0
        for line in text.split("\n"):
            self.starts.append(at)
            self.lines.append(line.strip())
            at += len(line) + 1
        self.found: list[_Found] = []
        self.region = 0

    def run(self) -> list[_Found]:
        number = 0
        while number < len(self.lines):
            number = self._line(number)
        return self.found

    def _line(self, number: int) -> int:
        """Reads on from that line; gives the next line to read."""
        line = self.lines[number]
        if not line:
            return number + 1
        region = self._region_at(self.starts[number])
        if region is not None and region.kind != "block":
            return self._container(number, region)
        if _MARKED.match(line):
            return self._run_of_marks(number, None, number) if self._is_quoted(number) else number + 1
        intro = introductions.at(self.lines, number)
        if intro is None:
            return number + 1
        if intro.to_end:
            return self._older(number, intro, len(self.text))
        return self._block(number, intro)

    def _is_quoted(self, number: int) -> bool:
        """A single line with > and no introduction is as likely an arrow: ">> click here <<"."""
        if self.lines[number].endswith("<"):
            return False
        return any(_MARKED.match(line) for line in self.lines[number + 1 : number + 3])

    def _region_at(self, start: int) -> Region | None:
        while self.region < len(self.regions):
            region = self.regions[self.region]
            end = len(self.text) if region.end < 0 else region.end
            if end <= start:
                self.region += 1
                continue
            return region if region.start <= start else None
        return None

    def _container(self, number: int, region: Region) -> int:
        end = len(self.text) if region.end < 0 else region.end
        intro = introductions.at(self.lines, number)
        self.region += 1
        return self._older(number, intro, end)

    def _block(self, number: int, intro: Introduction) -> int:
        """An "On … wrote:" with what it introduces: marked lines, an HTML container, or all the rest."""
        following = number + intro.lines
        while following < len(self.lines) and not self.lines[following]:
            following += 1
        if following >= len(self.lines):
            return self._older(number, intro, len(self.text))
        if _MARKED.match(self.lines[following]):
            return self._run_of_marks(number, intro, following)
        region = self._region_at(self.starts[following])
        if region is not None:
            self.region += 1
            return self._older(number, intro, len(self.text) if region.end < 0 else region.end)
        return self._older(number, intro, len(self.text))

    def _run_of_marks(self, number: int, intro: Introduction | None, first: int) -> int:
        """Lines marked with >, blank lines among them included."""
        last = first
        for follow in range(first, len(self.lines)):
            if _MARKED.match(self.lines[follow]):
                last = follow
            elif self.lines[follow]:
                break
        end = self.starts[last + 1] if last + 1 < len(self.lines) else len(self.text)
        self._keep(number, intro, end)
        return last + 1

    def _older(self, number: int, intro: Introduction | None, end: int) -> int:
        """Older mail up to `end`; each introduction inside it begins a quote of its own."""
        begin, head = number, intro
        number += intro.lines if intro else 1
        while number < len(self.lines) and self.starts[number] < end:
            inner = introductions.at(self.lines, number) if self.lines[number] else None
            if inner is not None and len(self.found) < bounds.QUOTES:
                self._keep(begin, head, self.starts[number])
                begin, head = number, inner
                number += inner.lines
            else:
                number += 1
        self._keep(begin, head, end)
        return number

    def _keep(self, number: int, intro: Introduction | None, end: int) -> None:
        kind = intro.kind if intro else "quoted"
        author, subject = (intro.author, intro.subject) if intro else ("", "")
        self.found.append(
            _Found(self.starts[number], min(end, len(self.text)), kind, author, subject, intro is not None)
        )


def _own_words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A piece without the signature and disclaimer at its end. One with a link or address in it stays: a lure could
    hide there from those who read new words only.
    """
    piece = text[start:end]
    cut = max(piece.rfind("\n--\n"), piece.rfind("\n-- \n"))
    if cut >= 0 and len(piece) - cut <= _SIGNATURE_CHARS and not _LINK.search(piece, cut):
        piece = piece[:cut].rstrip()
    while (at := piece.rfind("\n")) > 0 and len(piece) - at > _DISCLAIMER_CHARS:
        last = piece[at:]
        if len(_DISCLAIMER.findall(last)) < 2 or _LINK.search(last):
            break
        piece = piece[:at].rstrip()
    return [(start, start + len(piece))] if piece.strip() else []

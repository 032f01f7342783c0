"""What a PDF does besides showing pages: scripts, launches, embedded files, links; and its first words."""

import re
import zlib
from collections.abc import Iterator

import pypdfium2
from PIL import Image

from mailkeep.facts.read.inside import MOST_URLS, TEXT_CHARS, Inside

PAGES = 3
"""Pages whose text is read."""
_SCAN_BYTES = 8 << 20
"""Bytes of the file that are scanned."""
_OPEN_BYTES = 12 << 20
"""Larger files are scanned, not opened for text."""
_STREAMS = 60
"""Compressed streams that are unpacked in search of objects."""
_STREAM_BYTES = 256 << 10
"""Bytes unpacked of each."""
_WIDEST = 1_600
"""Pixels of the longer side of a drawn page."""
_PACKED_MOST = 400_000
"""Longer streams are pictures and fonts."""

_STREAM = re.compile(rb"/Type\s*/ObjStm.{0,400}?stream\r?\n", re.DOTALL)
_URI = re.compile(rb"/URI\s*\(((?:[^()\\]|\\.){1,2000})\)")
_URI_HEX = re.compile(rb"/URI\s*<([0-9A-Fa-f\s]{8,4000})>")
_NAME = re.compile(rb"/(OpenAction|AA|JavaScript|JS|Launch|EmbeddedFile|Encrypt|SubmitForm|XFA|GoToR|RichMedia)\b")
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_FILE = re.compile(rb"/(?:UF|F)\s*\(((?:[^()\\]|\\.){1,300})\)")


def read(body: bytes) -> Inside:
    """Scripts and launches (`auto_run`), embedded files (`members`), encryption, link targets and the text of the first pages.

    A plain /OpenAction that only turns to a page is no code and is not counted.
    """
    scanned = _plain(body[:_SCAN_BYTES])
    names = {hit.decode("ascii") for hit in _NAME.findall(scanned)}
    locked = "Encrypt" in names
    text, needs_password = _text(body)
    files = [_string(hit) for hit in _FILE.findall(scanned)[:50]] if "EmbeddedFile" in names else []
    return Inside(
        macro=bool(names & {"JavaScript", "JS"}),
        auto_run=bool(names & {"JavaScript", "JS", "Launch"}),
        encrypted=locked and needs_password,
        members=tuple(dict.fromkeys(files)),
        text=text,
        urls=_urls(scanned),
    )


def _plain(body: bytes) -> bytes:
    """The file with its object streams unpacked beside it and names spelled out (/J#61vaScript)."""
    pieces = [body]
    for count, found in enumerate(_STREAM.finditer(body)):
        if count == _STREAMS:
            break
        end = body.find(b"endstream", found.end(), found.end() + _PACKED_MOST)
        if end < 0:
            continue
        try:
            pieces.append(zlib.decompressobj().decompress(body[found.end() : end], _STREAM_BYTES))
        except zlib.error:
            continue
    return _HEX_IN_NAME.sub(lambda hit: bytes((int(hit[1], 16),)), b"\n".join(pieces))


def _urls(scanned: bytes) -> tuple[str, ...]:
    found = [_string(hit) for hit in _URI.findall(scanned)[:500]]
    for hit in _URI_HEX.findall(scanned)[:100]:
        digits = re.sub(rb"\s", b"", hit)
        found.append(bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii")).decode("latin-1"))
    return tuple(dict.fromkeys(url.strip() for url in found if url.strip()))[:MOST_URLS]


def _string(raw: bytes) -> str:
    """A PDF literal string: backslash escapes taken off, UTF-16 read where it is marked."""
    plain = re.sub(rb"\\([()\\])", rb"\1", raw)
    if plain.startswith(b"\xfe\xff"):
        return plain[2:].decode("utf-16-be", "replace")
    return plain.decode("latin-1")


def _text(body: bytes) -> tuple[str, bool]:
    """Text of the first pages, and whether a password is needed to see them."""
    if len(body) > _OPEN_BYTES:
        return "", False
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as trouble:
        return "", "password" in str(trouble).lower()
    try:
        pages = [_page_text(document, at) for at in range(min(PAGES, len(document)))]
    finally:
        document.close()
    return "\n".join(pages)[:TEXT_CHARS], False


def _page_text(document: pypdfium2.PdfDocument, at: int) -> str:
    try:
        page = document[at]
        words = page.get_textpage()
        return str(words.get_text_range(0, min(words.count_chars(), TEXT_CHARS)))
    except pypdfium2.PdfiumError:
        return ""


def draw(body: bytes, pages: int, scale: float) -> Iterator[Image.Image]:
    """The first pages as grey pictures, `scale` pixels a point; none where it cannot be drawn. About 15 ms a page."""
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError:
        return
    try:
        for at in range(min(pages, len(document))):
            picture = _drawn(document, at, scale)
            if picture is not None:
                yield picture
    finally:
        document.close()


def _drawn(document: pypdfium2.PdfDocument, at: int, scale: float) -> Image.Image | None:
    try:
        page = document[at]
        width, height = page.get_size()
        fit = min(scale, _WIDEST / max(width, height, 1.0))  # a page may claim to be a mile wide
        picture: Image.Image = page.render(scale=fit, grayscale=True).to_pil()
    except pypdfium2.PdfiumError:
        return None
    return picture

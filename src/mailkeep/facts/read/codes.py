"""QR codes in pictures, PDFs and drawn in text."""

import re
from collections.abc import Iterator

import msgspec
import zxingcpp
from PIL import Image

from mailkeep.facts.read.attachments import Attachment
from mailkeep.facts.read.pdf import draw
from mailkeep.facts.read.pictures import grey
from mailkeep.mail import Message, Part, Place


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """One machine-readable code that decoded."""

    payload: str
    """What a phone would be shown."""
    is_url: bool
    place: Place
    source: str
    """"image", "pdf" or "text"."""


_MOST_PICTURES = 6
"""Pictures decoded of one mail."""
_PICTURE_BYTES = 6 << 20
_PDF_PAGES = 2
_PDF_BYTES = 6 << 20
_PDF_FILES = 2
_PDF_WORDS = 150
"""A PDF with more words speaks for itself; one with fewer is drawn and looked at."""
_PDF_SCALE = 1.5
"""Pixels a point: 108 dpi, at which a code of 20 mm has four pixels a module."""

_FORMATS = zxingcpp.BarcodeFormats(
    (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Aztec, zxingcpp.BarcodeFormat.DataMatrix)
)
_SCAN_WORDS = re.compile(r"\bscan|\bqr\b|\bqr-?code|\bcamera|smartphone|mobile (?:phone|device)", re.IGNORECASE)

_BLOCKS = "█▀▄▌▐■▇▆▅▓▒░"
_DRAWN_LINE = re.compile(rf"[{_BLOCKS} \u00a0\u2800\u3000]{{15,200}}")
_DRAWN_LEAST = 10
"""Lines of the smallest code drawn with half blocks (21 modules)."""


def read(message: Message, attachments: tuple[Attachment, ...]) -> tuple[Code, ...]:
    """Every QR or Aztec code, and upright Data Matrix, that decodes, from pictures, PDFs of few words, and block characters.

    Costs: about 1 ms a picture of a hundred kilobytes, 8 ms a PDF page; at most six pictures and two PDFs a mail.
    """
    found = [*_in_pictures(message), *_in_pdfs(message, attachments), *_in_text(message)]
    return tuple({code.payload: code for code in reversed(found)}.values())[::-1]


def _in_pictures(message: Message) -> Iterator[Code]:
    pictures = [part for part in message.parts if _is_picture(part)][: _MOST_PICTURES * 3]
    seen: set[str] = set()
    for part in pictures:
        if len(seen) == _MOST_PICTURES:
            return
        if part.sha256 in seen:
            continue
        picture = grey(part.body)
        if picture is None:
            continue
        seen.add(part.sha256)
        yield from _codes(picture, Place(part.path, label=part.filename or "picture"), "image")


def _is_picture(part: Part) -> bool:
    if not 100 < len(part.body) <= _PICTURE_BYTES:
        return False
    return part.content_type.startswith("image/") or part.body.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"))


def _in_pdfs(message: Message, attachments: tuple[Attachment, ...]) -> Iterator[Code]:
    bodies = {part.path: part.body for part in message.parts if part.body.startswith(b"%PDF-")}
    files = [file for file in attachments if file.true_type == "pdf" and _worth_drawing(file)]
    for file in files[:_PDF_FILES]:
        for picture in draw(bodies.get(file.place.part, b""), _PDF_PAGES, _PDF_SCALE):
            yield from _codes(picture, file.place, "pdf")


def _worth_drawing(file: Attachment) -> bool:
    if file.encrypted or file.size > _PDF_BYTES:
        return False
    return len(file.text.split()) < _PDF_WORDS or _SCAN_WORDS.search(file.text) is not None


def _in_text(message: Message) -> Iterator[Code]:
    if "█" not in message.text and "▀" not in message.text:
        return
    run: list[str] = []
    for line in [*message.text.splitlines()[:2_000], ""]:
        if _DRAWN_LINE.fullmatch(line):
            run.append(line)
            continue
        if len(run) >= _DRAWN_LEAST:
            yield from _codes(_rasterised(run), Place(message.text_part, label="body"), "text")
        run = []


def _rasterised(lines: list[str]) -> Image.Image:
    """The lines as a picture: each character two modules high and one wide, as terminals draw codes."""
    width = max(len(line) for line in lines)
    rows: list[bytes] = []
    for line in lines:
        padded = line.ljust(width)
        rows.append(bytes(_INK.get(c, (255, 255))[0] for c in padded))
        rows.append(bytes(_INK.get(c, (255, 255))[1] for c in padded))
    small = Image.frombytes("L", (width, len(rows)), b"".join(rows))
    framed = Image.new("L", (width + 8, len(rows) + 8), 255)
    framed.paste(small, (4, 4))
    return framed.resize((framed.width * 4, framed.height * 4), Image.Resampling.NEAREST)


_INK = {
    "█": (0, 0),
    "▀": (0, 255),
    "▄": (255, 0),
    "■": (0, 0),
    "▇": (0, 0),
    "▆": (255, 0),
    "▅": (255, 0),
    "▓": (0, 0),
    "▒": (0, 0),
}
"""Upper and lower half of a character cell, 0 for ink."""


def _codes(picture: Image.Image, place: Place, source: str) -> Iterator[Code]:
    # QR and Aztec are found at any angle without the extra turns, which cost as much again
    for found in zxingcpp.read_barcodes(picture, formats=_FORMATS, try_rotate=False)[:10]:
        payload = found.text.strip()[:4_000]
        if found.valid and payload:
            yield Code(payload=payload, is_url=_is_url(payload), place=place, source=source)


def _is_url(payload: str) -> bool:
    return payload[:8].lower().startswith(("http://", "https://", "www."))

"""Pictures decoded within bounds: their size is read from the header before a single pixel is unpacked."""

import io
import struct

from PIL import Image

_MOST_PIXELS = 20_000_000
"""Pixels of a JPEG, which is decoded at a fraction of its size."""
_MOST_PLAIN = 6_000_000
"""Pixels of any other picture, which must be unpacked whole: about 15 ms a million."""
_FEWEST_SIDE = 60
_FULL_SIDE = 1_200
"""Longer pictures are shrunk: a code that a phone can read survives it."""

PICTURE_TROUBLE = (
    OSError,
    ValueError,
    SyntaxError,
    struct.error,
    IndexError,
    TypeError,
    Image.DecompressionBombError,
    MemoryError,
)
"""What Pillow raises on broken pictures."""


def grey(body: bytes) -> Image.Image | None:
    """The picture in grey, at most `_FULL_SIDE` on its longer side; None when it is too small, too large or broken."""
    width, height = size(body)
    if (
        min(width, height) < _FEWEST_SIDE
        or width * height > _MOST_PIXELS
        or max(width, height) > 8 * min(width, height)
    ):
        return None
    try:
        with Image.open(io.BytesIO(body)) as picture:
            picture.draft("L", (_FULL_SIDE, _FULL_SIDE))
            if picture.size[0] * picture.size[1] > _MOST_PIXELS:
                return None
            return _shrunk(_on_white(picture))
    except PICTURE_TROUBLE:
        return None


def _on_white(picture: Image.Image) -> Image.Image:
    """Transparent pictures are drawn on white, as mail programs do."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("L", layered.size, "white")
        white.paste(layered.convert("L"), mask=layered.getchannel("A"))
        return white
    return picture.convert("L")


def _shrunk(picture: Image.Image) -> Image.Image:
    factor = max(picture.size) // _FULL_SIDE
    return picture.reduce(factor) if factor > 1 else picture


def size(body: bytes) -> tuple[int, int]:
    """(width, height) in pixels as the header of a PNG, JPEG, GIF, BMP or WebP states them; (0, 0) for anything else."""
    if body.startswith(b"\x89PNG\r\n\x1a\n") and len(body) >= 24:
        return _pair(">LL", body, 16)
    if body.startswith(b"GIF8") and len(body) >= 10:
        return _pair("<HH", body, 6)
    if body.startswith(b"\xff\xd8"):
        return _jpeg(body)
    if body.startswith(b"BM") and len(body) >= 26:
        width, height = _pair("<ll", body, 18)
        return abs(width), abs(height)
    if body[8:12] == b"WEBP" and len(body) >= 30:
        return _webp(body)
    return 0, 0


def _pair(layout: str, body: bytes, at: int) -> tuple[int, int]:
    first, second = struct.unpack_from(layout, body, at)
    return first, second


def _jpeg(body: bytes) -> tuple[int, int]:
    """Dimensions in the first frame header (SOF)."""
    at = 2
    for _ in range(200):
        if at + 9 > len(body) or body[at] != 0xFF:
            return 0, 0
        marker = body[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = _pair(">HH", body, at + 5)
            return width, height
        at += 2 + int(struct.unpack_from(">H", body, at + 2)[0])
    return 0, 0


def _webp(body: bytes) -> tuple[int, int]:
    kind = body[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[24:27], "little"), 1 + int.from_bytes(body[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = _pair("<HH", body, 26)
    return width & 0x3FFF, height & 0x3FFF

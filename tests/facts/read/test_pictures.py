"""Pictures decoded within bounds."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mailkeep.facts.read import pictures


def _saved(width: int, height: int, kind: str, mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.new(mode, (width, height), 200 if mode == "L" else None).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_the_size_is_read_without_decoding(kind: str) -> None:
    assert pictures.size(_saved(123, 77, kind)) == (123, 77)


def test_small_pictures_and_strips_are_left_out() -> None:
    assert pictures.grey(_saved(20, 20, "PNG")) is None
    assert pictures.grey(_saved(900, 70, "PNG")) is None
    assert pictures.grey(_saved(100, 100, "PNG")) is not None


def test_a_picture_that_claims_to_be_a_mile_wide_is_not_decoded() -> None:
    body = bytearray(_saved(100, 100, "PNG"))
    struct.pack_into(">LL", body, 16, 60_000, 60_000)
    assert pictures.grey(bytes(body)) is None


def test_large_pictures_are_shrunk_and_transparent_ones_drawn_on_white() -> None:
    large = pictures.grey(_saved(3_000, 2_400, "PNG"))
    assert large is not None
    assert max(large.size) <= 1_500
    clear = pictures.grey(_saved(100, 100, "PNG", "RGBA"))
    assert clear is not None
    assert clear.getpixel((5, 5)) == 255


@given(st.binary(max_size=200), st.integers(0, 300))
def test_damage_is_no_exception(noise: bytes, at: int) -> None:
    for kind in ("PNG", "JPEG", "GIF"):
        body = _saved(80, 80, kind)
        broken = body[:at] + noise + body[at + len(noise) :]
        assert pictures.size(broken)
        pictures.grey(broken)

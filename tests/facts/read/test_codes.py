"""QR codes in pictures, PDFs and drawn in text."""

import io
from email.message import EmailMessage

import pytest
import zxingcpp
from PIL import Image

from mailkeep.facts.read import attachments, codes
from mailkeep.facts.read.codes import Code
from mailkeep.mail.parse import parse

_URL = "https://evil.test/login?u=ada"


def _code(text: str = _URL, side: int = 240) -> Image.Image:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    picture = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=4))
    framed = Image.new("L", (picture.width + 40, picture.height + 40), 255)
    framed.paste(picture, (20, 20))
    return framed.resize((side, side), Image.Resampling.NEAREST)


def _bytes(picture: Image.Image, kind: str) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind)
    return target.getvalue()


def _read(body: bytes = b"", kind: str = "image/png", text: str = "hello") -> tuple[Code, ...]:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.test", "x"
    mail.set_content(text)
    if body:
        major, minor = kind.split("/")
        mail.add_attachment(body, maintype=major, subtype=minor, filename="file")
    message = parse(mail.as_bytes())
    return codes.read(message, attachments.read(message))


def test_a_code_in_a_picture_is_read() -> None:
    (code,) = _read(_bytes(_code(), "PNG"))
    assert (code.payload, code.is_url, code.source) == (_URL, True, "image")
    assert code.place.label == "file"


def test_a_code_in_white_on_black_is_read() -> None:
    assert [code.payload for code in _read(_bytes(_code().point(lambda v: 255 - v), "PNG"))] == [_URL]


@pytest.mark.parametrize("angle", [15, 45, 90, 180, 300])
def test_a_turned_code_is_read(angle: int) -> None:
    turned = _code().rotate(angle, expand=True, fillcolor=255)
    assert [code.payload for code in _read(_bytes(turned, "PNG"))] == [_URL]


def test_a_code_in_a_pdf_is_read() -> None:
    (code,) = _read(_bytes(_code().convert("RGB"), "PDF"), "application/pdf")
    assert (code.payload, code.source) == (_URL, "pdf")


def test_a_code_drawn_with_block_characters_is_read() -> None:
    modules = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(_URL, zxingcpp.BarcodeFormat.QRCode), scale=1)
    grid = Image.fromarray(modules)
    dark = [[grid.getpixel((x, y)) == 0 for x in range(grid.width)] for y in range(grid.height)]
    dark += [[False] * grid.width] * (grid.height % 2)
    ink = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    lines = ["".join(ink[pair] for pair in zip(*dark[at : at + 2], strict=True)) for at in range(0, len(dark), 2)]
    (code,) = _read(text="Scan me\n" + "\n".join(lines) + "\nThank you\n")
    assert (code.payload, code.source) == (_URL, "text")


def test_a_code_without_a_url_is_told_apart() -> None:
    assert [code.is_url for code in _read(_bytes(_code("WIFI:S:guest;;"), "PNG"))] == [False]


def test_a_photograph_holds_no_code() -> None:
    assert _read(_bytes(Image.effect_noise((300, 300), 80), "PNG")) == ()

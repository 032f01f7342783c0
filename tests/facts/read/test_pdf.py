"""What a PDF does besides showing pages."""

import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from mailkeep.facts.read import pdf

from .containers import pdf_of


def test_the_words_of_the_first_page_are_read() -> None:
    assert pdf.read(pdf_of(text="Pay this invoice")).text.strip() == "Pay this invoice"


def test_turning_to_a_page_is_no_code_and_a_script_is() -> None:
    assert not pdf.read(pdf_of(b"/OpenAction[3 0 R/Fit]")).auto_run
    assert pdf.read(pdf_of(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>")).auto_run
    assert pdf.read(pdf_of(b"/OpenAction<</S/J#61vaScript/J#53(app.alert(1))>>")).auto_run
    assert pdf.read(pdf_of(b"/OpenAction<</S/Launch/F(cmd.exe)>>")).auto_run


def test_link_targets_are_read_plain_and_packed() -> None:
    plain = b"6 0 obj<</A<</S/URI/URI(https://evil.test/a\\(1\\))>>>>endobj\n"
    packed = zlib.compress(b"<</A<</S/URI/URI(https://evil.test/b)>>>>")
    stream = b"7 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\n" + packed + b"\nendstream endobj\n"
    assert pdf.read(pdf_of(extra=plain + stream)).urls == ("https://evil.test/a(1)", "https://evil.test/b")


def test_embedded_files_are_members() -> None:
    extra = b"6 0 obj<</Type/Filespec/F(run.js)/EF<</F 7 0 R>>>>endobj 7 0 obj<</Type/EmbeddedFile>>endobj\n"
    assert pdf.read(pdf_of(extra=extra)).members == ("run.js",)


def test_pages_are_drawn_within_bounds() -> None:
    (picture,) = pdf.draw(pdf_of(), 2, 1.0)
    assert picture.size == (612, 792)
    (huge,) = pdf.draw(pdf_of().replace(b"0 0 612 792", b"0 0 90000 792"), 2, 2.0)
    assert max(huge.size) <= 2_001


@settings(deadline=None)
@given(st.binary(max_size=100), st.integers(0, 700))
def test_damage_is_no_exception(noise: bytes, at: int) -> None:
    body = pdf_of()
    broken = body[:at] + noise + body[at + len(noise) :]
    assert isinstance(pdf.read(broken).text, str)
    assert len(list(pdf.draw(broken, 1, 0.2))) <= 1

import io
import zipfile
from datetime import UTC, datetime
from random import Random

import pypdfium2
import zxingcpp
from PIL import Image

from mailkeep.simulator.files import archive, docm, ics, pdf, qr, smuggler, xlsx


def test_the_pdf_opens_and_shows_its_lines():
    with pypdfium2.PdfDocument(pdf("a.pdf", ("Invoice (7)", "Total")).body) as document:
        text = document[0].get_textpage().get_text_range()
    assert "Invoice (7)" in text
    assert "Total" in text


def test_the_workbook_is_a_zip_with_its_cells():
    with zipfile.ZipFile(io.BytesIO(xlsx("a.xlsx", (("crane", "12"),)).body)) as book:
        assert b"crane" in book.read("xl/worksheets/sheet1.xml")


def test_the_code_reads_back_what_it_was_made_of():
    picture = Image.open(io.BytesIO(qr("https://a.test/x")))
    assert zxingcpp.read_barcodes(picture)[0].text == "https://a.test/x"


def test_the_macro_document_has_a_project_and_no_code():
    with zipfile.ZipFile(io.BytesIO(docm("a.docm").body)) as box:
        assert box.read("word/vbaProject.bin").startswith(b"\xd0\xcf\x11\xe0")


def test_what_is_smuggled_is_harmless_text():
    body = smuggler("a.html", Random(1)).body
    assert b"atob(" in body
    assert b"Blob(" in body


def test_a_meeting_request_has_an_event():
    body = ics("Talk", "a@b.example", datetime(2026, 1, 1, 9, tzinfo=UTC), "u1").body
    assert b"METHOD:REQUEST" in body
    assert b"DTEND:20260101T100000Z" in body


def test_the_same_content_gives_the_same_bytes():
    assert archive("a.zip", "b", b"c").body == archive("a.zip", "b", b"c").body

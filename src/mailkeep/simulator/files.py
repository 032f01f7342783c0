"""Small real files that made-up mails carry. What looks dangerous is harmless: it has the shape and does nothing."""

import base64
import io
import zipfile
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

import msgspec
import zxingcpp
from PIL import Image

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time stamp inside archives, so that the same content gives the same bytes."""
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class File(msgspec.Struct, frozen=True, gc=False):
    """One file to attach."""

    name: str
    content_type: str
    body: bytes
    content_id: str = ""
    """Set for a picture shown in the text."""


def pdf(name: str, lines: tuple[str, ...]) -> File:
    """A one-page PDF that shows these lines."""
    shown = b"".join(b"(" + _pdf_text(line) + b") Tj 0 -18 Td " for line in lines)
    stream = b"BT /F1 12 Tf 60 760 Td " + shown + b"ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out = bytearray(b"%PDF-1.4\n")
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    xref = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n%b" % table
    out += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % xref
    return File(name, "application/pdf", bytes(out))


def xlsx(name: str, rows: tuple[tuple[str, str], ...]) -> File:
    """A one-sheet workbook of two columns."""
    cells = "".join(
        f'<row r="{at}"><c r="A{at}" t="inlineStr"><is><t>{left}</t></is></c>'
        f'<c r="B{at}" t="inlineStr"><is><t>{right}</t></is></c></row>'
        for at, (left, right) in enumerate(rows, 1)
    )
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{cells}</sheetData></worksheet>'
    body = _zipped((*_workbook_parts(), ("xl/worksheets/sheet1.xml", sheet.encode())))
    return File(name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body)


def ics(summary: str, organizer: str, start: datetime, uid: str) -> File:
    """A meeting request (RFC 5545) of one hour."""
    lines = (
        "BEGIN:VCALENDAR",
        "PRODID:-//Northwind//Calendar//EN",
        "VERSION:2.0",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{start:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        f"DTEND:{start + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
        f"ORGANIZER:mailto:{organizer}",
        f"SUMMARY:{summary}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return File("invite.ics", "text/calendar; method=REQUEST; charset=UTF-8", "\r\n".join(lines).encode())


@lru_cache(maxsize=64)
def qr(payload: str) -> bytes:
    """A PNG with a QR code of this payload."""
    code = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode)
    picture = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=6))
    out = io.BytesIO()
    picture.convert("L").save(out, "PNG")
    return out.getvalue()


def docm(name: str) -> File:
    """A Word document with a VBA project by its shape: an OLE header with AutoOpen named in it, and no code that runs."""
    project = (
        OLE_MAGIC + bytes(504) + b'Attribute VB_Name = "ThisDocument"\r\nSub AutoOpen()\r\nEnd Sub\r\n' + bytes(512)
    )
    shown = "<w:p><w:r><w:t>Enable content to view.</w:t></w:r></w:p>"
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{shown}</w:body></w:document>'
    parts = (
        ("[Content_Types].xml", _DOCM_TYPES),
        ("_rels/.rels", _rels("word/document.xml")),
        ("word/document.xml", document.encode()),
        ("word/vbaProject.bin", project),
    )
    return File(name, "application/vnd.ms-word.document.macroEnabled.12", _zipped(parts))


def smuggler(name: str, rng: Random) -> File:
    """An HTML file that would build a download in the browser; what it builds is a line of text."""
    inside = base64.b64encode(f"harmless test content {rng.random()}".encode()).decode()
    page = (
        "<html><head><title>Document</title></head><body><p>Your document is loading.</p><script>"
        f'var d=atob("{inside}");var b=new Blob([d],{{type:"application/octet-stream"}});'
        'var a=document.createElement("a");a.href=URL.createObjectURL(b);a.download="document.iso.txt";'
        "document.body.appendChild(a);a.click();</script></body></html>"
    )
    return File(name, "text/html", page.encode())


def archive(name: str, inner: str, body: bytes) -> File:
    """A zip that holds one file."""
    return File(name, "application/zip", _zipped(((inner, body),)))


_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DOCM_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
).encode()


def _workbook_parts() -> tuple[tuple[str, bytes], ...]:
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    )
    book = f'<workbook xmlns="{_SHEET}"><sheets><sheet name="Sheet1" sheetId="1"/></sheets></workbook>'
    return (
        ("[Content_Types].xml", types.encode()),
        ("_rels/.rels", _rels("xl/workbook.xml")),
        ("xl/workbook.xml", book.encode()),
    )


def _rels(target: str) -> bytes:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="{target}"/></Relationships>'
    ).encode()


def _zipped(parts: tuple[tuple[str, bytes], ...]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
        for name, body in parts:
            box.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _pdf_text(line: str) -> bytes:
    return line.encode("latin-1", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")

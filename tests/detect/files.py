"""Small files of every kind that detectors look for, built here so that no live one lies in the tests."""

import io
import re
import zipfile
import zlib
from base64 import encodebytes
from collections.abc import Callable

import zxingcpp
from PIL import Image

_ATTACH = re.compile(r"^\{\{attach (?P<name>\S+) (?P<kind>[\w-]+)(?: (?P<rest>.*))?\}\}$", re.MULTILINE)
_TYPES = {"png": "image/png", "pdf": "application/pdf", "html": "text/html", "htm": "text/html", "ics": "text/calendar"}


def attach(head: str, body: str) -> bytes:
    """The mail with every `{{attach NAME KIND REST}}` line of its body replaced by that file."""
    wanted = list(_ATTACH.finditer(body))
    text = _ATTACH.sub("", body).replace("\n", "\r\n")
    if not wanted:
        return f"{head}\r\n\r\n{text}".encode()
    kind = re.search(r"^content-type: *(\S+)", head, re.MULTILINE | re.IGNORECASE)
    outer = re.sub(r"^content-type:.*\n?", "", head, flags=re.MULTILINE | re.IGNORECASE).rstrip()
    parts = [f'{outer}\r\nContent-Type: multipart/mixed; boundary="xx"\r\n\r\n--xx']
    parts.append(f"Content-Type: {kind[1] if kind else 'text/plain'}; charset=utf-8\r\n\r\n{text}\r\n--xx")
    for each in wanted:
        name = each["name"]
        content = KINDS[each["kind"]](each["rest"] or "")
        mime = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        coded = encodebytes(content).decode().replace("\n", "\r\n")
        parts.append(
            f'Content-Type: {mime}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
            f"Content-Transfer-Encoding: base64\r\n\r\n{coded}--xx"
        )
    return ("\r\n".join(parts) + "--\r\n").encode()


def packed(members: dict[str, bytes], *, locked: bool = False) -> bytes:
    """A zip archive; `locked` marks its members as encrypted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    found = out.getvalue()
    if not locked:
        return found
    # the general-purpose flag stands 6 bytes into a local header and 8 into a central one (APPNOTE 4.4.4)
    for head in (rb"(PK\x03\x04..)\x00\x00", rb"(PK\x01\x02....)\x00\x00"):
        found = re.sub(head, lambda match: match[1] + b"\x01\x00", found, flags=re.DOTALL)
    return found


def _zip(rest: str) -> bytes:
    return packed({name: f"the content of {name}".encode() for name in rest.split()})


def _locked(rest: str) -> bytes:
    return packed(dict.fromkeys(rest.split(), b"secret" * 20), locked=True)


def _bomb(_: str) -> bytes:
    """An archive that claims three gigabytes: the size stands 24 bytes into its central header (APPNOTE 4.3.12)."""
    found = packed({"big.bin": b"\0" * 4096})
    claimed = (3 << 30).to_bytes(4, "little")
    return re.sub(rb"(PK\x01\x02.{20}).{4}", lambda match: match[1] + claimed, found, flags=re.DOTALL)


def _document(_: str, extra: dict[str, bytes] | None = None) -> bytes:
    kinds = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    words = b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    return packed({"[Content_Types].xml": kinds, "word/document.xml": words, **(extra or {})})


def _macro(_: str) -> bytes:
    return _document("", {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600})


def _pdf_script(_: str) -> bytes:
    action = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>"
    return _pdf("Form").replace(b"<</Type/Catalog/Pages 2 0 R>>", action)


def _remote(rest: str) -> bytes:
    relation = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"'
        f' Target="{rest}" TargetMode="External"/></Relationships>'
    )
    return _document("", {"word/_rels/settings.xml.rels": relation.encode()})


def _pdf(rest: str) -> bytes:
    """One page: words, then a link."""
    words, _, url = rest.partition(" | ")
    drawn = zlib.compress(f"BT /F1 12 Tf 50 700 Td ({words}) Tj ET".encode())
    link = f"<</Type/Annot/Subtype/Link/Rect[0 0 99 99]/A<</S/URI/URI({url})>>>>" if url else ""
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/Annots[{link}]>>".encode(),
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )
    return out + tail


def _code(rest: str) -> bytes:
    barcode = zxingcpp.create_barcode(rest, zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(barcode.to_image(scale=8))
    out = io.BytesIO()
    sheet = Image.new("L", (drawn.width + 80, drawn.height + 80), 255)
    sheet.paste(drawn, (40, 40))
    sheet.save(out, "PNG")
    return out.getvalue()


def _image(rest: str) -> bytes:
    width, _, height = (rest or "600x800").partition("x")
    out = io.BytesIO()
    Image.new("RGB", (int(width), int(height)), (240, 240, 250)).save(out, "PNG")
    return out.getvalue()


KINDS: dict[str, Callable[[str], bytes]] = {
    "exe": lambda _: b"MZ\x90\0" + b"\0" * 56 + (64).to_bytes(4, "little") + b"PE\0\0" + b"\0" * 200,
    "text": lambda rest: rest.replace("\\n", "\r\n").encode(),
    "html": lambda rest: f"<!DOCTYPE html><html><body>{rest}</body></html>".encode(),
    "zip": _zip,
    "locked": _locked,
    "bomb": _bomb,
    "docx": _document,
    "macro": _macro,
    "pdf-script": _pdf_script,
    "remote": _remote,
    "pdf": _pdf,
    "qr": _code,
    "image": _image,
    "iso": lambda _: b"\0" * 0x8001 + b"CD001\x01\0" + b"\0" * 2048,
    "lnk": lambda _: bytes.fromhex("4c0000000114020000000000c000000000000046") + b"\0" * 60,
}

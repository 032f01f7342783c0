"""What Office documents carry besides their text: macros, remote templates, embedded objects, encryption."""

import html
import io
import re
import struct

import olefile

from mailkeep.facts.read import vba, zips
from mailkeep.facts.read.inside import MOST_URLS, TEXT_CHARS, Inside
from mailkeep.kit.known import Unknown

OOXML = frozenset({"docx", "docm", "xlsx", "xlsm", "xlsb", "pptx", "pptm"})
ODF = frozenset({"odt", "ods", "odp"})

_XML_BYTES = 2 << 20
"""Bytes unpacked of one XML part."""
_MACRO_BYTES = 4 << 20
_OLE_BYTES = 30 << 20
"""Larger OLE files are not opened."""

_RELATION = re.compile(r"<Relationship\b[^>]{0,4000}>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]{0,4000})"')
_REMOTE = ("attachedTemplate", "oleObject", "frame", "subDocument", "externalLinkPath", "mailMergeSource")
_TAGS = re.compile(r"<[^>]{0,20000}>")
_BREAKS = re.compile(r"</(?:w:p|a:p|text:p|si|row)>")
_TEXT_PARTS = (
    "word/document.xml",
    "xl/sharedStrings.xml",
    "ppt/slides/slide1.xml",
    "ppt/slides/slide2.xml",
    "content.xml",
)


def read_ooxml(body: bytes) -> Inside:
    """Macros, external relations, link targets and text of a .docx, .xlsx, .pptx or OpenDocument file."""
    found = zips.entries(body)
    names = [entry.name for entry in found]
    projects = [entry for entry in found if entry.name.lower().endswith("vbaproject.bin")]
    sheets = any(name.startswith(("xl/macrosheets/", "Basic/", "Scripts/")) for name in names)
    source = "\n".join(vba.code_of(zips.inflate(body, entry, _MACRO_BYTES)) for entry in projects[:3])
    remote, urls = _relations(body, found)
    objects = tuple(name for name in names if "/embeddings/" in name or "/activeX/" in name)
    return Inside(
        macro=bool(projects) or sheets,
        auto_run=vba.runs_by_itself(source) or (sheets and _xlm_opens(body, found)),
        external_template=remote,
        members=objects[:50],
        encrypted=any(entry.encrypted for entry in found),
        text=_text(body, found),
        urls=urls,
    )


def _relations(body: bytes, found: tuple[zips.Entry, ...]) -> tuple[str, tuple[str, ...]]:
    """The first remote template or object, and every external link target."""
    remote, urls = "", []
    for entry in [each for each in found if each.name.endswith(".rels")][:40]:
        xml = zips.inflate(body, entry, _XML_BYTES).decode("utf-8", "replace")
        for tag in _RELATION.findall(xml)[:500]:
            given = dict(_ATTRIBUTE.findall(tag))
            if given.get("TargetMode") != "External":
                continue
            target = html.unescape(given.get("Target", ""))
            kind = given.get("Type", "").rpartition("/")[2]
            if kind in _REMOTE and not remote and not target.startswith("file:///"):
                remote = target
            elif kind == "hyperlink" and target.startswith(("http", "www.")):
                urls.append(target)
    return remote, tuple(dict.fromkeys(urls))[:MOST_URLS]


def _xlm_opens(body: bytes, found: tuple[zips.Entry, ...]) -> bool:
    book = zips.named(found, "xl/workbook.xml")
    return book is not None and b"_xlnm.Auto_Open" in zips.inflate(body, book, _XML_BYTES)


def _text(body: bytes, found: tuple[zips.Entry, ...]) -> str:
    pieces: list[str] = []
    for name in _TEXT_PARTS:
        entry = zips.named(found, name)
        if entry is not None:
            xml = zips.inflate(body, entry, _XML_BYTES).decode("utf-8", "replace")
            pieces.append(html.unescape(_TAGS.sub(" ", _BREAKS.sub("\n", xml))))
    lines = (" ".join(line.split()) for line in "\n".join(pieces).splitlines())
    return "\n".join(line for line in lines if line)[:TEXT_CHARS]


def read_ole(body: bytes) -> tuple[str, Inside]:
    """The true type of an OLE container ("doc", "xls", "ppt", "msg", "msi", "encrypted-office", "ole") and what it carries."""
    if len(body) > _OLE_BYTES:
        return "ole", Inside(macro=Unknown(f"the file is larger than {_OLE_BYTES >> 20} MiB"))
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as ole:
            return _ole(ole)
    except vba.OLE_TROUBLE as trouble:
        return "ole", Inside(macro=Unknown(f"the OLE container is broken ({type(trouble).__name__})"))


def _ole(ole: "olefile.OleFileIO[str]") -> tuple[str, Inside]:
    paths = ["/".join(path) for path in ole.listdir()[:2_000]]
    names = {path.lower() for path in paths}
    kind = _ole_kind(names)
    if kind == "encrypted-office":
        return kind, Inside(encrypted=True, macro=Unknown("the document is encrypted"))
    source = vba.code(ole)
    projects = any(path.endswith(("_vba_project", "vba/dir")) for path in names)
    book = _stream(ole, "workbook" if "workbook" in names else "book") if kind == "xls" else b""
    sheets, locked = _biff(book)
    objects = tuple(path for path in paths if path.lower().endswith(("\x01ole10native", "/package", "/contents")))
    return kind, Inside(
        macro=projects or bool(source) or sheets,
        auto_run=vba.runs_by_itself(source) or (sheets and b"Auto_Open" in book),
        encrypted=locked or (kind == "doc" and _word_locked(_stream(ole, "worddocument"))),
        members=tuple(path.replace("\x01", "") for path in objects)[:50],
    )


def _ole_kind(names: set[str]) -> str:
    if "encryptedpackage" in names:
        return "encrypted-office"
    for mark, kind in (("worddocument", "doc"), ("workbook", "xls"), ("book", "xls"), ("powerpoint document", "ppt")):
        if mark in names:
            return kind
    if any(name.startswith(("__properties_version1.0", "__substg1.0_")) for name in names):
        return "msg"
    # MSI stores its table names in a private use of the CJK range
    return "msi" if any("\u3800" <= name[0] <= "\u4840" for name in names if name) else "ole"


def _stream(ole: "olefile.OleFileIO[str]", name: str) -> bytes:
    return bytes(ole.openstream(name).read(256 << 10)) if ole.exists(name) else b""


def _biff(book: bytes) -> tuple[bool, bool]:
    """(has a macro sheet, is encrypted) of a BIFF8 workbook stream. Source: MS-XLS §2.4.28 BoundSheet8, §2.4.117 FilePass."""
    at, sheets, locked = 0, False, False
    for _ in range(5_000):
        if at + 4 > len(book):
            break
        record, size = struct.unpack_from("<HH", book, at)
        if record == 0x85 and at + 10 <= len(book):
            sheets |= book[at + 9] == 1
        locked |= record == 0x2F
        at += 4 + size
    return sheets, locked


def _word_locked(stream: bytes) -> bool:
    """FibBase.fEncrypted (MS-DOC §2.5.2)."""
    return len(stream) > 12 and bool(struct.unpack_from("<H", stream, 10)[0] & 0x0100)

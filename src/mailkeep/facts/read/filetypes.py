"""What a file is by its bytes, what its name promises, and whether the two differ to somebody's harm."""

import re

import puremagic

from mailkeep.facts import shipped
from mailkeep.facts.read import zips

_TABLE = shipped.table("extensions.toml")

EXECUTABLE = frozenset(_TABLE["executable"])
"""Extensions that run when opened."""
DOWNLOAD = EXECUTABLE | frozenset(_TABLE["download"])
"""Extensions worth naming when a link ends in one."""

_PROMISED: dict[str, str] = {word: family for family, words in _TABLE["families"].items() for word in words}

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"GIF8", "gif"),
    (0, b"%PDF-", "pdf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"MZ", "exe"),
    (0, b"{\\rt", "rtf"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"\x1f\x8b\x08", "gz"),
    (0, b"BZh", "bz2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zst"),
    (0, b"\x1f\x9d", "z"),
    (0, b"MSCF", "cab"),
    (7, b"**ACE**", "ace"),
    (0, b"\x60\xea", "arj"),
    (2, b"-lh", "lzh"),
    (257, b"ustar", "tar"),
    (32769, b"CD001", "iso"),
    (34817, b"CD001", "iso"),
    (0, b"conectix", "vhd"),
    (0, b"vhdxfile", "vhdx"),
    (0, b"MSWIM\x00", "wim"),
    (0, b"\x4c\x00\x00\x00\x01\x14\x02\x00", "lnk"),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "one"),
    (0, b"ITSF", "chm"),
    (0, b"\x7fELF", "elf"),
    (0, b"\xfe\xed\xfa", "macho"),
    (0, b"\xcf\xfa\xed\xfe", "macho"),
    (0, b"\xce\xfa\xed\xfe", "macho"),
    (0, b"\xca\xfe\xba\xbe", "class"),
    (0, b"dex\n", "dex"),
    (0, b"!<arch>\ndebian", "deb"),
    (0, b"\xed\xab\xee\xdb", "rpm"),
    (0, b"BM", "bmp"),
    (8, b"WEBP", "webp"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"\x00\x00\x01\x00", "ico"),
    (4, b"ftypheic", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftypavif", "avif"),
    (40, b" EMF", "emf"),
    (0, b"\xd7\xcd\xc6\x9a", "wmf"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (8, b"WAVE", "wav"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (4, b"ftyp", "mp4"),
    (8, b"AVI ", "avi"),
    (0, b"\x1aE\xdf\xa3", "mkv"),
    (0, b"FWS", "swf"),
    (0, b"CWS", "swf"),
    (0, b"ZWS", "swf"),
    (0, b"!BDN", "pst"),
    (4, b"Standard Jet DB", "mdb"),
    (4, b"Standard ACE DB", "accdb"),
    (0, b"SQLite format 3", "sqlite"),
    (0, b"%!PS", "ps"),
    (0, b"-----BEGIN PGP", "pgp"),
    (0, b"\x78\x9f\x3e\x22", "tnef"),
)

_FAMILIES: dict[str, str] = {
    **_PROMISED,
    **dict.fromkeys(("macho", "class", "dex", "deb", "rpm", "msi", "swf"), "program"),
    **dict.fromkeys(("chm", "reg", "script"), "script"),
    "wim": "disk",
    "ole": "office",
    "encrypted-office": "office",
    "msg": "mail",
}

_RUNS = frozenset({"program", "script", "shortcut", "disk"})
_HARMFUL = _RUNS | {"archive", "web"}
"""Families that hurt a person who expected another one."""

_DECOYS = frozenset({"pdf", "office", "image", "media", "text"})
"""Families that people open without a thought."""

_TEXT_SNIFFS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"<hta:application", re.IGNORECASE), "hta"),
    (re.compile(rb"<(?:job|package)\b[^>]{0,200}>.{0,2000}<script", re.IGNORECASE | re.DOTALL), "wsf"),
    (
        re.compile(
            # a comment ends at its first -->, else the ways to read many comments would multiply
            rb"\A\s*(?:<\?xml[^>]{0,500}>\s*)?(?:<!--(?:[^-]|-(?!->)){0,2000}-->\s*|<!DOCTYPE svg[^>]{0,500}>\s*){0,20}<svg\b",
            re.IGNORECASE | re.DOTALL,
        ),
        "svg",
    ),
    (
        re.compile(
            rb"<!doctype html|<html\b|<head\b|<body\b|<script\b|<iframe\b|<form\b|<meta\s+http-equiv", re.IGNORECASE
        ),
        "html",
    ),
    (re.compile(rb"\A\s*<\?xml", re.IGNORECASE), "xml"),
    (re.compile(rb"\A\s*BEGIN:VCALENDAR", re.IGNORECASE), "ics"),
    (re.compile(rb"\A\s*BEGIN:VCARD", re.IGNORECASE), "vcf"),
    (re.compile(rb"\A\s*\[(?:InternetShortcut|\{000214A0)", re.IGNORECASE), "url"),
    (re.compile(rb"\A\s*\[Desktop Entry\]", re.IGNORECASE), "desktop"),
    (re.compile(rb"\A\s*(?:Windows Registry Editor|REGEDIT4)", re.IGNORECASE), "reg"),
    (re.compile(rb"\A#!\s*/"), "sh"),
    (re.compile(rb"\A\s*@?echo off\b", re.IGNORECASE), "bat"),
    (
        re.compile(
            rb"\A(?:Return-Path|Received|Delivered-To|X-[\w-]{1,40}|From|Message-ID|MIME-Version): ?\S", re.IGNORECASE
        ),
        "eml",
    ),
)

_SIGNED = (b"\x30\x82", b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07")
"""DER of a signed container (RFC 5652): S/MIME, or a settings profile for Apple devices."""
_SCRIPTS = frozenset({"js", "jse", "vbs", "vbe", "ps1", "bat", "cmd", "sh", "py", "wsf", "hta"})
_WINDOW = 4_096
"""Bytes at the head of a text that tell its kind."""


def extension(name: str) -> str:
    """Lower-case extension without the dot; empty when there is none."""
    stem, dot, last = name.rstrip(". ").rpartition(".")
    return last.strip().lower() if dot and stem and len(last) <= 16 else ""


def sniff(body: bytes, name: str) -> str:
    """Short id of what the bytes are: "pdf", "zip", "docx", "html", "exe", "png" …; "unknown" when nothing fits.

    The name decides only between kinds of plain text that no byte tells apart (a script or a note). Costs: 2 to 30 µs; what is
    neither in our table nor text is shown to puremagic, about 100 µs.
    """
    if not body:
        return "empty"
    if body.startswith(b"PK"):
        return zips.kind_of(body) or "zip"
    if body.startswith(_SIGNED):
        return "mobileconfig" if b"PayloadType" in body[:_WINDOW] else "p7m"
    for at, mark, kind in _MAGIC:
        if body.startswith(mark, at):
            return kind if kind != "exe" or _is_program(body) else _text_kind(body, name) or "unknown"
    if b"%PDF-" in body[:1024]:
        return "pdf"
    return _text_kind(body, name) or _tail_kind(body) or _asked_elsewhere(body)


def family(kind: str) -> str:
    """What a type is to a victim: "program", "script", "shortcut", "disk", "archive", "web", "office", "pdf", "image" …."""
    return _FAMILIES.get(kind, "")


def runs(kind: str, suffix: str) -> bool:
    """True when the file runs as it is opened, by its bytes or by its extension."""
    if _FAMILIES.get(kind) in _RUNS:
        return True
    return suffix in EXECUTABLE and _FAMILIES.get(kind) not in {"image", "pdf"}


def disguised(kind: str, suffix: str, declared: str) -> bool:
    """True when the bytes are of a harmful family while the name or the MIME type promises a harmless one.

    HTML or text under a spreadsheet's name is not counted: many honest programs export so.
    """
    is_ = _FAMILIES.get(kind, "")
    if is_ not in _HARMFUL:
        return False
    promised = _PROMISED.get(suffix, "")
    if promised in _DECOYS and not (is_ == "web" and promised in {"office", "text"}):
        return not (promised == "office" and kind == "zip" and suffix in {"pages", "numbers", "key"})
    by_mime = _mime_family(declared)
    if by_mime == "text":  # scripts and pages honestly sent as text have names that say what they are
        return is_ not in (promised, "web")
    return by_mime in _DECOYS


def two_extensions(name: str) -> bool:
    """invoice.pdf.exe, or a right-to-left override in the name, or blanks that push the real extension out of sight."""
    if "\u202e" in name or "\u202d" in name:
        return True
    stem, _, last = name.rstrip(". ").rpartition(".")
    if last.lower() not in EXECUTABLE | {"html", "htm", "shtml", "svg", "xhtml"}:
        return False
    return "     " in stem or _PROMISED.get(extension(stem), "") in _DECOYS


def _mime_family(declared: str) -> str:
    major, _, minor = declared.partition("/")
    if major == "image":
        return "web" if minor.startswith("svg") else "image"
    if major in ("audio", "video"):
        return "media"
    return {"application/pdf": "pdf", "text/plain": "text", "text/csv": "text"}.get(declared, "")


def _is_program(body: bytes) -> bool:
    """MZ begins a program; it also begins sentences. A program's header holds bytes no text has."""
    return b"\0" in body[:64]


def _text_kind(body: bytes, name: str) -> str:
    head = _as_ascii(body[:_WINDOW])
    if not head:
        return ""
    suffix = extension(name)
    for pattern, kind in _TEXT_SNIFFS:
        if pattern.search(head):
            return "mhtml" if kind == "eml" and suffix in {"mht", "mhtml"} else kind
    if suffix in _SCRIPTS:
        return suffix
    return "json" if head[:1] in (b"{", b"[") and suffix in {"json", ""} else "text"


def _as_ascii(head: bytes) -> bytes:
    """The head as one-byte text, UTF-16 made narrow; empty when it is no text."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "ignore").encode("ascii", "ignore")
    plain = head.removeprefix(b"\xef\xbb\xbf")
    control = len(plain) - len(plain.translate(None, _CONTROL))
    return plain if control * 100 <= len(plain) else b""


_CONTROL = bytes(c for c in range(32) if c not in (9, 10, 12, 13, 27))


def _tail_kind(body: bytes) -> str:
    if body[-512:].startswith(b"koly"):
        return "dmg"
    if body[-512:].startswith(b"conectix"):
        return "vhd"
    boots = body[510:512] == b"\x55\xaa" and body[:1] in (b"\xeb", b"\xe9")
    return "img" if boots else ""


def _asked_elsewhere(body: bytes) -> str:
    try:
        found = puremagic.from_string(body[:_WINDOW])
    except (puremagic.PureError, ValueError):
        return "unknown"
    return str(found).lstrip(".").lower() or "unknown"

"""ZIP containers read by their own directory, with every size bounded: the standard reader trusts what the file claims."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

MOST_ENTRIES = 1_000
"""Entries read of one archive."""

_END = b"PK\x05\x06"
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_TYPE_BYTES = 200_000


class Entry(NamedTuple):
    """One file of a ZIP, as its directory states it."""

    name: str
    encrypted: bool
    method: int
    packed: int
    size: int
    """Claimed size when unpacked; not to be believed."""
    start: int
    """Offset of the local header."""


def entries(body: bytes) -> tuple[Entry, ...]:
    """The directory's entries, at most `MOST_ENTRIES`; read from the local headers where the directory is missing."""
    end = body.rfind(_END, max(0, len(body) - 66_000))
    if end >= 0 and end + 20 <= len(body):
        size, offset = struct.unpack_from("<2L", body, end + 12)
        first = body.find(
            b"PK\x01\x02", max(0, min(offset, end - size))
        )  # a stub before the archive shifts all offsets
        if first >= 0:
            found = tuple(_directory(body, first, first - offset))
            if found:
                return found
    return tuple(_locals(body))


def inflate(body: bytes, entry: Entry, most: int) -> bytes:
    """The entry's first `most` bytes unpacked; empty when it is encrypted, damaged or packed in a way we do not read."""
    if entry.encrypted or not 0 <= entry.start <= len(body) - _LOCAL.size:
        return b""
    header = _LOCAL.unpack_from(body, entry.start)
    at = entry.start + _LOCAL.size + header[-2] + header[-1]
    data = body[at : at + entry.packed] if entry.packed else body[at:]
    if entry.method == 0:
        return data[:most]
    if entry.method != 8:
        return b""
    try:
        return zlib.decompressobj(-15).decompress(data, most)
    except zlib.error:
        return b""


def kind_of(body: bytes) -> str:
    """The container's kind: "docx", "xlsm", "odt", "jar", "apk", "epub" …; "zip" for any other; empty for no ZIP."""
    if body[:4] not in (b"PK\x03\x04", _END, b"PK\x07\x08"):
        return ""
    found = entries(body)
    names = {entry.name for entry in found}
    if "[Content_Types].xml" in names:
        return _ooxml(body, found)
    if "mimetype" in names:
        return _by_mimetype(body, found)
    if "AndroidManifest.xml" in names:
        return "apk"
    if "META-INF/MANIFEST.MF" in names:
        return "jar"
    if "AppxManifest.xml" in names:
        return "msix"
    return "zip"


def named(found: tuple[Entry, ...], name: str) -> Entry | None:
    """The entry of this name."""
    return next((entry for entry in found if entry.name == name), None)


def _ooxml(body: bytes, found: tuple[Entry, ...]) -> str:
    listed = named(found, "[Content_Types].xml")
    types = inflate(body, listed, _TYPE_BYTES) if listed else b""
    for letter, mark in (("doc", b"wordprocessingml"), ("xls", b"spreadsheetml"), ("ppt", b"presentationml")):
        if mark in types:
            return letter + ("m" if b"macroEnabled" in types else "x")
    if b"ms-excel.sheet.binary" in types:
        return "xlsb"
    for letter, folder in (("doc", "word/"), ("xls", "xl/"), ("ppt", "ppt/")):
        if any(entry.name.startswith(folder) for entry in found):
            return letter + ("m" if b"macroEnabled" in types else "x")
    return "msix" if any(entry.name == "AppxManifest.xml" for entry in found) else "zip"


def _by_mimetype(body: bytes, found: tuple[Entry, ...]) -> str:
    entry = named(found, "mimetype")
    text = inflate(body, entry, 200) if entry else b""
    for mark, kind in (
        (b"opendocument.text", "odt"),
        (b"spreadsheet", "ods"),
        (b"presentation", "odp"),
        (b"epub", "epub"),
    ):
        if mark in text:
            return kind
    return "zip"


def _directory(body: bytes, at: int, shift: int) -> Iterator[Entry]:
    for _ in range(MOST_ENTRIES):
        if at + _ENTRY.size > len(body) or body[at : at + 4] != b"PK\x01\x02":
            return
        row = _ENTRY.unpack_from(body, at)
        flags, method, packed, size = row[5], row[6], row[10], row[11]
        name_length, extra, comment, offset = row[12], row[13], row[14], row[18]
        name = body[at + _ENTRY.size : at + _ENTRY.size + name_length]
        yield Entry(_name(name, flags), bool(flags & 1), method, packed, size, offset + shift)
        at += _ENTRY.size + name_length + extra + comment


def _locals(body: bytes) -> Iterator[Entry]:
    """Entries by their local headers, for archives whose directory was cut off."""
    at = 0
    for _ in range(MOST_ENTRIES):
        at = body.find(b"PK\x03\x04", at)
        if at < 0 or at + _LOCAL.size > len(body):
            return
        row = _LOCAL.unpack_from(body, at)
        flags, method, packed, size, name_length = row[3], row[4], row[8], row[9], row[10]
        name = body[at + _LOCAL.size : at + _LOCAL.size + name_length]
        yield Entry(_name(name, flags), bool(flags & 1), method, packed, size, at)
        at += _LOCAL.size + name_length + packed


def _name(raw: bytes, flags: int) -> str:
    text = raw[:500].decode("utf-8" if flags & 0x800 else "cp437", "replace")
    return text.replace("\\", "/").replace("\0", "")

"""Macro code taken out of its containers, as text; nothing is run."""

import io
import re
import struct
from collections.abc import Iterator

import olefile

_MOST_MODULES = 40
_MOST_CODE = 400_000
"""Characters of code read of one project."""
_STREAM_BYTES = 1 << 20

OLE_TROUBLE = (
    OSError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    struct.error,
    RecursionError,
    OverflowError,
)
"""What olefile raises on broken containers; none of it tells more than "this is broken"."""

_AUTO = re.compile(
    r"\b(?:auto_?(?:open|exec|close|exit|new)|document_?(?:open|close|new|beforeclose|change)|workbook_?(?:open|activate|close|"
    r"beforeclose)|worksheet_(?:activate|change|calculate)|\w{1,40}_(?:painted|painting|gotfocus|mousemove|layout|resize))\b",
    re.IGNORECASE,
)
_ATTRIBUTE = b"\0Attribut"
"""The first bytes of every module's compressed code, once its container is found (MS-OVBA §2.3.4.3)."""


def code(ole: "olefile.OleFileIO[str]") -> str:
    """All macro source of the container, module after module, bounded; empty when there is none.

    Takes: an open OLE file: a vbaProject.bin, a .doc or .xls. Source: MS-OVBA §2.4.1.
    """
    found: list[str] = []
    total = 0
    for stream in _vba_streams(ole):
        text = _module(stream)
        found.append(text)
        total += len(text)
        if total > _MOST_CODE:
            break
    return "\n".join(found)[:_MOST_CODE]


def code_of(body: bytes) -> str:
    """The same, from bytes."""
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as ole:
            return code(ole)
    except OLE_TROUBLE:
        return ""


def runs_by_itself(source: str) -> bool:
    """True when a procedure of this name is called by the program as the document opens, closes or is looked at."""
    return _AUTO.search(source) is not None


def _vba_streams(ole: "olefile.OleFileIO[str]") -> Iterator[bytes]:
    given = 0
    for path in ole.listdir()[:500]:
        if len(path) < 2 or path[-2].upper() != "VBA" or path[-1].lower() in ("dir", "_vba_project"):
            continue
        if path[-1].upper().startswith("__SRP_"):
            continue
        given += 1
        if given > _MOST_MODULES:
            return
        yield ole.openstream(path).read(_STREAM_BYTES)


def _module(stream: bytes) -> str:
    """The source of one module stream: a compressed container follows the performance cache."""
    at = stream.find(_ATTRIBUTE)
    while at > 0:
        start = at - 3
        if start >= 0 and stream[start] == 1:
            return decompress(stream[start:]).decode("latin-1")
        at = stream.find(_ATTRIBUTE, at + 1)
    return ""


def decompress(container: bytes) -> bytes:
    """A CompressedContainer unpacked (MS-OVBA §2.4.1.3); as much as is sound of a damaged one."""
    out = bytearray()
    at = 1
    while at + 2 <= len(container) and len(out) < _STREAM_BYTES:
        header = struct.unpack_from("<H", container, at)[0]
        end = min(at + 3 + (header & 0x0FFF), len(container))
        at += 2
        if header & 0x8000:
            _chunk(container, at, end, out)
        else:
            out += container[at : at + 4096]
        at = end
    return bytes(out)


def _chunk(container: bytes, at: int, end: int, out: bytearray) -> None:
    first = len(out)
    while at < end:
        flags = container[at]
        at += 1
        for bit in range(8):
            if at >= end:
                return
            if not flags >> bit & 1:
                out.append(container[at])
                at += 1
                continue
            if at + 1 >= end or not _copy(struct.unpack_from("<H", container, at)[0], first, out):
                return
            at += 2


def _copy(token: int, first: int, out: bytearray) -> bool:
    """Carries out one CopyToken; False when it points before the chunk."""
    done = len(out) - first
    bits = max(4, (done - 1).bit_length()) if done else 4
    length_mask = 0xFFFF >> bits
    offset = (token >> (16 - bits)) + 1
    if offset > done:
        return False
    for _ in range((token & length_mask) + 3):
        out.append(out[-offset])
    return True

"""Names inside 7z archives; the header is unpacked where it is packed, the files never."""

import lzma
import struct
from collections.abc import Iterator

_MOST = 1_000
_HEADER_BYTES = 4 << 20
"""Bytes a packed header may unpack to."""
_AES = b"\x06\xf1\x07\x01"
_LZMA1 = b"\x03\x01\x01"
_LZMA2 = b"\x21"


def members(body: bytes) -> Iterator[tuple[str, bool]]:
    """(name, needs a password) of each file; one ("", True) where the names themselves need one.

    Source: 7zFormat.txt of the LZMA SDK (public domain).
    """
    header = _header(body)
    if header is None:
        yield "", True
        return
    locked = _AES in header
    names = _names(header)
    for name in names[:_MOST]:
        yield name, locked


def _header(body: bytes) -> bytes | None:
    """The plain header; None where it is encrypted; empty where it cannot be read."""
    if len(body) < 32:
        return b""
    offset, size = struct.unpack_from("<QQ", body, 12)
    header = body[32 + offset : 32 + offset + min(size, _HEADER_BYTES)]
    if header[:1] != b"\x17":
        return header
    if _AES in header:
        return None
    return _unpacked(body, header)


def _unpacked(body: bytes, header: bytes) -> bytes:
    """The header that a packed header (EncodedHeader) describes; only the two codecs 7-Zip itself writes there are read."""
    try:
        at = 2  # 0x17, 0x06
        start, at = _number(header, at)
        _, at = _number(header, at)
        if header[at] != 0x09:
            return b""
        packed, at = _number(header, at + 1)
        data = body[32 + start : 32 + start + packed]
        for codec in (_LZMA1, _LZMA2):
            place = header.find(bytes((len(codec) | 0x20,)) + codec, at)
            if place >= 0:
                props = place + 1 + len(codec)
                length, props = _number(header, props)
                return _decode(codec, header[props : props + length], data)
    except (IndexError, lzma.LZMAError, ValueError, EOFError):
        return b""
    return b""


def _decode(codec: bytes, props: bytes, data: bytes) -> bytes:
    if codec == _LZMA1:
        lc_lp_pb, dictionary = props[0], struct.unpack("<L", props[1:5])[0]
        spec: dict[str, int] = {
            "id": lzma.FILTER_LZMA1,
            "lc": lc_lp_pb % 9,
            "lp": lc_lp_pb // 9 % 5,
            "pb": lc_lp_pb // 45,
            "dict_size": min(max(dictionary, 4096), _HEADER_BYTES * 4),
        }
    else:
        spec = {"id": lzma.FILTER_LZMA2, "dict_size": _HEADER_BYTES}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[spec]).decompress(data, _HEADER_BYTES)


def _names(header: bytes) -> list[str]:
    """The kNames property (0x11) of FilesInfo (0x05): UTF-16 names, each ended by a zero."""
    at = header.rfind(b"\x05")
    while at >= 0:
        found = _names_after(header, at)
        if found:
            return found
        at = header.rfind(b"\x05", 0, at)
        if len(header) - at > _HEADER_BYTES // 8:
            break
    return []


def _names_after(header: bytes, at: int) -> list[str]:
    try:
        count, at = _number(header, at + 1)
        for _ in range(20):
            kind = header[at]
            size, at = _number(header, at + 1)
            if kind == 0x11 and header[at : at + 1] == b"\0":
                text = header[at + 1 : at + size].decode("utf-16-le", "replace")
                names = text.split("\0")[:-1]
                return names if len(names) == count else []
            if kind == 0:
                return []
            at += size
    except (IndexError, struct.error):
        return []
    return []


def _number(data: bytes, at: int) -> tuple[int, int]:
    """7z's variable-length number and the offset after it."""
    first = data[at]
    value, mask, step = 0, 0x80, 0
    while step < 8 and first & mask:
        value |= data[at + 1 + step] << (8 * step)
        mask >>= 1
        step += 1
    value |= (first & (mask - 1)) << (8 * step)
    return value, at + 1 + step

"""Names inside RAR archives, read from their headers; nothing is unpacked."""

import struct
from collections.abc import Iterator

_MOST = 1_000
_RAR5 = b"Rar!\x1a\x07\x01\x00"
_RAR4 = b"Rar!\x1a\x07\x00"


def members(body: bytes) -> Iterator[tuple[str, bool, int]]:
    """(name, needs a password, claimed size) of each file; none where the headers themselves are encrypted.

    Source: RAR 5.0 archive format as published by rarlab.com; for RAR 4 the "technote.txt" of the same site.
    """
    return _rar5(body) if body.startswith(_RAR5) else _rar4(body)


def names_sealed(body: bytes) -> bool:
    """True when even the names need a password."""
    if body.startswith(_RAR5):
        return _vint(body, _vint(body, 12)[1])[0] == 4  # an encryption header stands first
    flags = struct.unpack_from("<H", body, 10)[0] if len(body) > 12 else 0
    return bool(flags & 0x80)


def _rar4(body: bytes) -> Iterator[tuple[str, bool, int]]:
    at = len(_RAR4)
    for _ in range(_MOST):
        if at + 7 > len(body):
            return
        kind, flags, size = struct.unpack_from("<BHH", body, at + 2)
        if size < 7:
            return
        extra = struct.unpack_from("<L", body, at + 7)[0] if flags & 0x8000 and at + 11 <= len(body) else 0
        if kind == 0x74 and at + 32 <= len(body):
            name_size = struct.unpack_from("<H", body, at + 26)[0]
            start = at + 32 + (8 if flags & 0x100 else 0)
            raw = body[start : start + name_size].split(b"\0")[0]
            yield _text(raw), bool(flags & 4), struct.unpack_from("<L", body, at + 11)[0]
        if kind == 0x73 and flags & 0x80:
            return
        at += size + extra


def _rar5(body: bytes) -> Iterator[tuple[str, bool, int]]:
    at = len(_RAR5)
    for _ in range(_MOST):
        if at + 7 > len(body):
            return
        size, start = _vint(body, at + 4)
        kind, next_ = _vint(body, start)
        if size == 0 or kind in (4, 5):
            return
        flags, next_ = _vint(body, next_)
        extra, data = 0, 0
        if flags & 1:
            extra, next_ = _vint(body, next_)
        if flags & 2:
            data, next_ = _vint(body, next_)
        end = start + size
        if kind == 2:
            yield _file5(body, next_, end, extra)
        at = end + data


def _file5(body: bytes, at: int, end: int, extra: int) -> tuple[str, bool, int]:
    flags, at = _vint(body, at)
    size, at = _vint(body, at)
    _, at = _vint(body, at)
    at += (4 if flags & 2 else 0) + (4 if flags & 4 else 0)
    _, at = _vint(body, at)
    _, at = _vint(body, at)
    length, at = _vint(body, at)
    name = _text(body[at : at + min(length, 1_000)])
    return name, _has_lock(body, end - extra, end), size


def _has_lock(body: bytes, at: int, end: int) -> bool:
    """True when the extra area holds a file encryption record (type 1)."""
    for _ in range(20):
        if at >= end:
            return False
        size, start = _vint(body, at)
        if _vint(body, start)[0] == 1:
            return True
        at = start + max(1, size)
    return False


def _vint(body: bytes, at: int) -> tuple[int, int]:
    """RAR 5 variable-length number and the offset after it."""
    value = 0
    for step in range(10):
        if at + step >= len(body):
            break
        byte = body[at + step]
        value |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            return value, at + step + 1
    return 0, at + 10


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\\", "/")

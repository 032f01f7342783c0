"""What lies inside archives, read without unpacking more than a bounded amount."""

import bz2
import lzma
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from mailkeep.facts.read import filetypes, iso, rar, seven_zip, zips
from mailkeep.facts.read.inside import Inside

DEPTH = 3
"""Archives in archives that are opened."""
MOST_MEMBERS = 1_000
"""Names kept of one attachment, nested ones included."""
_MEMBER_BYTES = 8 << 20
"""Bytes unpacked of one nested archive."""
_ALL_BYTES = 32 << 20
"""Bytes unpacked of one attachment, all nested archives together."""
_BOMB_BYTES = 1 << 30
"""What an archive may claim to hold before it is called a bomb …"""
_BOMB_RATIO = 100
"""… and how much more than its own size."""

KINDS = frozenset({"zip", "tar", "gz", "bz2", "xz", "rar", "7z", "iso", "jar", "epub", "msix"})
"""Types whose members are listed; of others (cab, ace, arj, lzh, vhd) only the type is known."""


class _Item(NamedTuple):
    """One member before it is looked into."""

    name: str
    encrypted: bool
    size: int
    data: bytes
    """Unpacked bytes for nested archives and short files; empty where they were not needed."""


class _Walk:
    """One attachment's listing, with what may still be unpacked."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.dangerous: list[str] = []
        self.encrypted = False
        self.bomb = False
        self._left = _ALL_BYTES

    def list(self, kind: str, body: bytes, prefix: str, depth: int) -> None:
        claimed = 0
        for item in self._items(kind, body):
            if len(self.names) >= MOST_MEMBERS:
                return
            claimed += item.size
            self._add(item, prefix, depth)
        self.bomb |= claimed > _BOMB_BYTES and claimed > _BOMB_RATIO * max(1, len(body))

    def _add(self, item: _Item, prefix: str, depth: int) -> None:
        path = prefix + item.name[:300]
        self.names.append(path)
        self.encrypted |= item.encrypted
        suffix = filetypes.extension(item.name)
        kind = filetypes.sniff(item.data, item.name) if item.data else ""
        if filetypes.runs(kind, suffix) and not item.name.endswith("/"):
            self.dangerous.append(path)
        if kind in KINDS - {"jar", "epub", "msix"}:
            if depth >= DEPTH:
                self.bomb = True
                return
            self.list(kind, item.data, path + "/", depth + 1)

    def _items(self, kind: str, body: bytes) -> Iterator[_Item]:
        if kind in ("zip", "jar", "epub", "msix"):
            return self._zip(body)
        if kind == "tar":
            return _tar(body)
        if kind in ("gz", "bz2", "xz"):
            return self._stream(kind, body)
        if kind == "rar":
            return (_Item(name, locked, size, b"") for name, locked, size in rar.members(body))
        if kind == "7z":
            return (_Item(name, locked, 0, b"") for name, locked in seven_zip.members(body))
        if kind == "iso":
            return (_Item(name, encrypted=False, size=size, data=data) for name, size, data in iso.members(body))
        return iter(())

    def _zip(self, body: bytes) -> Iterator[_Item]:
        for entry in zips.entries(body):
            nested = entry.size <= _MEMBER_BYTES and filetypes.extension(entry.name) in _LOOKED_INTO
            data = zips.inflate(body, entry, self._allowance()) if nested else zips.inflate(body, entry, 600)
            self._left -= len(data)
            yield _Item(entry.name, entry.encrypted, entry.size, data)

    def _stream(self, kind: str, body: bytes) -> Iterator[_Item]:
        data, more = _decompress(kind, body, self._allowance())
        self._left -= len(data)
        self.bomb |= more and len(data) > _BOMB_RATIO * len(body)
        if data.startswith(b"ustar", 257):
            yield from _tar(data)
            return
        name = _gzip_name(body) if kind == "gz" else ""
        yield _Item(name or "content", encrypted=False, size=len(data), data=data)

    def _allowance(self) -> int:
        return max(600, min(_MEMBER_BYTES, self._left))


_LOOKED_INTO = frozenset({"zip", "tar", "gz", "tgz", "bz2", "xz", "rar", "7z", "iso", "img"})


def look(kind: str, body: bytes) -> Inside:
    """The names inside an archive of this type, nested ones as "outer.zip/inner.js", and which of them run when opened."""
    walk = _Walk()
    walk.list(kind, body, "", 1)
    sealed = kind == "rar" and rar.names_sealed(body)
    return Inside(
        encrypted=walk.encrypted or sealed,
        members=tuple(walk.names),
        dangerous_members=tuple(walk.dangerous),
        bomb=walk.bomb,
    )


def _decompress(kind: str, body: bytes, most: int) -> tuple[bytes, bool]:
    """The first bytes of a compressed stream, and whether there is more."""
    try:
        if kind == "gz":
            gz = zlib.decompressobj(31)
            return gz.decompress(body, most), bool(gz.unconsumed_tail)
        other = bz2.BZ2Decompressor() if kind == "bz2" else lzma.LZMADecompressor(memlimit=_ALL_BYTES * 2)
        return other.decompress(body, most), not other.eof
    except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
        return b"", False


def _gzip_name(body: bytes) -> str:
    """The FNAME field of RFC 1952, where it is set."""
    if len(body) < 12 or not body[3] & 8:
        return ""
    at = 10
    if body[3] & 4:
        at += 2 + struct.unpack_from("<H", body, 10)[0]
    end = body.find(b"\0", at, at + 300)
    return body[at:end].decode("latin-1") if end > 0 else ""


def _tar(body: bytes) -> Iterator[_Item]:
    """Members of a tar by its 512-byte headers (POSIX ustar)."""
    at = 0
    for _ in range(MOST_MEMBERS):
        block = body[at : at + 512]
        if len(block) < 512 or not block[0]:
            return
        size = _octal(block[124:136])
        if size < 0:
            return
        name = block[:100].split(b"\0")[0].decode("utf-8", "replace")
        data = body[at + 512 : at + 512 + min(size, _MEMBER_BYTES)]
        if block[156:157] in (b"0", b"\0", b""):
            yield _Item(name, encrypted=False, size=size, data=data)
        at += 512 + (size + 511) // 512 * 512


def _octal(field: bytes) -> int:
    text = field.strip(b" \0")
    try:
        return int(text or b"0", 8)
    except ValueError:
        return -1

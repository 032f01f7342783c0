"""Names inside ISO 9660 disk images: what appears in the folder that opens on a double click."""

import struct
from collections.abc import Iterator

_SECTOR = 2048
_MOST = 500
_FOLDERS = 50
_HEAD = 600
"""Bytes of each file that are shown to the type reader."""


def members(body: bytes) -> Iterator[tuple[str, int, bytes]]:
    """(path, size, first bytes) of each file. Joliet names (UTF-16) where the image has them. Source: ECMA-119."""
    root, wide = _root(body)
    queue = [("", root)]
    given = 0
    for _ in range(_FOLDERS):
        if not queue or given >= _MOST:
            return
        prefix, (start, size) = queue.pop(0)
        for name, is_folder, at, length in _records(body, start, size, wide):
            if is_folder:
                queue.append((f"{prefix}{name}/", (at, length)))
                continue
            given += 1
            yield prefix + name, length, body[at : at + min(length, _HEAD)]


def _root(body: bytes) -> tuple[tuple[int, int], bool]:
    """Start and size in bytes of the root folder, and whether its names are UTF-16."""
    found, wide = (0, 0), False
    for sector in range(16, 32):
        block = body[sector * _SECTOR : (sector + 1) * _SECTOR]
        if len(block) < _SECTOR or block[1:6] != b"CD001" or block[0] == 255:
            break
        joliet = block[0] == 2 and block[88:90] == b"%/"
        if block[0] == 1 or joliet:
            extent, size = struct.unpack_from("<L4xL", block, 158)
            found, wide = (extent * _SECTOR, size), joliet
    return found, wide


def _records(body: bytes, start: int, size: int, wide: bool) -> Iterator[tuple[str, bool, int, int]]:  # noqa: FBT001 - a property of the image
    at, end = start, min(start + size, len(body))
    for _ in range(_MOST):
        if at + 34 > end:
            return
        length = body[at]
        if not length:  # records do not cross sectors
            at = (at // _SECTOR + 1) * _SECTOR
            continue
        extent, bytes_ = struct.unpack_from("<L4xL", body, at + 2)
        raw = body[at + 33 : at + 33 + body[at + 32]]
        if raw not in (b"\0", b"\1"):
            name = raw.decode("utf-16-be" if wide else "latin-1", "replace").partition(";")[0]
            yield name, bool(body[at + 25] & 2), extent * _SECTOR, bytes_
        at += length

"""Harmless files of many kinds, made by the tests themselves."""

import io
import lzma
import struct
import tarfile
import zipfile
import zlib

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0"
EXE = b"MZ\x90\0" + b"\0" * 200


def zip_of(files: dict[str, bytes]) -> bytes:
    """A ZIP holding these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def tar_of(files: dict[str, bytes]) -> bytes:
    """A tar holding these files."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def rar5_of(names: list[str]) -> bytes:
    """A RAR 5 of empty files: main header, then a file header for each."""
    out = b"Rar!\x1a\x07\x01\x00" + _rar5_block(b"\x01\x00\x00")
    for name in names:
        raw = name.encode()
        out += _rar5_block(bytes((2, 0, 0, 0, 0, 0, 0, len(raw))) + raw)
    return out + _rar5_block(b"\x05\x00\x00")


def _rar5_block(content: bytes) -> bytes:
    return b"\0\0\0\0" + bytes((len(content),)) + content


def rar4_of(names: list[str], flags: int = 0) -> bytes:
    """A RAR 4 of empty files."""
    out = b"Rar!\x1a\x07\x00" + struct.pack("<HBHH6x", 0, 0x73, 0, 13)
    for name in names:
        raw = name.encode()
        out += struct.pack("<HBHHLLBLLBBHL", 0, 0x74, flags, 32 + len(raw), 0, 5, 0, 0, 0, 20, 0x30, len(raw), 0) + raw
    return out


def seven_zip_of(names: list[str], *, packed: bool) -> bytes:
    """A 7z of empty files, its header plain or packed with LZMA as 7-Zip does."""
    text = b"\0" + b"".join(name.encode("utf-16-le") + b"\0\0" for name in names)
    header = b"\x01\x05" + bytes((len(names), 0x11, len(text))) + text + b"\0\0"
    body = b""
    if packed:
        spec = {"id": lzma.FILTER_LZMA1, "lc": 3, "lp": 0, "pb": 2, "dict_size": 1 << 16}
        body = lzma.compress(header, lzma.FORMAT_RAW, filters=[spec])
        coder = b"\x23\x03\x01\x01\x05" + bytes((93,)) + struct.pack("<L", 1 << 16)
        header = (
            b"\x17\x06\x00\x01\x09"
            + bytes((len(body),))
            + b"\0\x07\x0b\x01\0\x01"
            + coder
            + b"\x0c"
            + bytes((len(header),))
            + b"\0\0"
        )
    start = struct.pack("<QQL", len(body), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<L", zlib.crc32(start)) + start + body + header


def iso_of(names: list[str]) -> bytes:
    """An ISO 9660 image with these files in its root, each of ten bytes."""
    sector = 2048
    records = _iso_record(b"\0", 20, sector, folder=True) + _iso_record(b"\1", 20, sector, folder=True)
    for name in names:
        records += _iso_record(name.encode() + b";1", 21, 10, folder=False)
    volume = bytearray(sector)
    volume[0:6] = b"\x01CD001"
    volume[156:190] = _iso_record(b"\0", 20, sector, folder=True)
    end = bytearray(sector)
    end[0:6] = b"\xffCD001"
    blank = bytes(sector)
    return blank * 16 + bytes(volume) + bytes(end) + blank * 2 + records.ljust(sector, b"\0") + EXE.ljust(sector, b"\0")


def _iso_record(name: bytes, extent: int, size: int, *, folder: bool) -> bytes:
    length = 33 + len(name) + (len(name) + 1) % 2
    head = struct.pack("<BBLLLL7sBBBL", length, 0, extent, 0, size, 0, bytes(7), 2 if folder else 0, 0, 0, 0)
    return (head[:32] + bytes((len(name),)) + name).ljust(length, b"\0")


def docx_of(files: dict[str, bytes] | None = None, *, macro: bool = False) -> bytes:
    """A .docx (or .docm) with one sentence and whatever more is asked."""
    kind = b"application/vnd.ms-word.document.macroEnabled.main+xml" if macro else b""
    types = b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    text = b"<w:document><w:p><w:t>Please see invoice</w:t></w:p></w:document>"
    return zip_of({"[Content_Types].xml": types + kind + b"</Types>", "word/document.xml": text, **(files or {})})


def vba_container(source: bytes) -> bytes:
    """Macro source as an MS-OVBA container of literal tokens only."""
    tokens = b"".join(b"\0" + source[at : at + 8] for at in range(0, len(source), 8))
    return b"\x01" + struct.pack("<H", 0xB000 | (len(tokens) - 1)) + tokens


def ole_of(streams: dict[str, bytes]) -> bytes:
    """A compound file (MS-CFB) with these streams, "storage/stream" making one level of folders."""
    return _Compound(streams).written()


class _Compound:
    """Writes one FAT sector, one directory chain, and every stream in whole sectors (mini-streams are not used)."""

    def __init__(self, streams: dict[str, bytes]) -> None:
        self.entries: list[list[object]] = [["Root Entry", 5, [], b""]]
        for path, data in streams.items():
            parent = self.entries[0]
            for folder in path.split("/")[:-1]:
                parent = self._folder(parent, folder)
            self._add(parent, [path.split("/")[-1], 2, [], data.ljust(4096, b"\0")])

    def _folder(self, parent: list, name: str) -> list:
        found = next((self.entries[at] for at in parent[2] if self.entries[at][0] == name), None)
        return found or self._add(parent, [name, 1, [], b""])

    def _add(self, parent: list, entry: list) -> list:
        parent[2].append(len(self.entries))
        self.entries.append(entry)
        return entry

    def written(self) -> bytes:
        folder_sectors = (len(self.entries) + 3) // 4
        fat = [0xFFFFFFFD, *self._chain(1, folder_sectors)]
        starts, data = [], b""
        for entry in self.entries:
            content = entry[3]
            starts.append(len(fat) if content else 0xFFFFFFFE)
            sectors = (len(content) + 511) // 512
            fat += self._chain(len(fat), sectors)
            data += content.ljust(sectors * 512, b"\0")
        header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        header += (
            struct.pack("<LLLLLLLLL", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
            + struct.pack("<L", 0)
            + b"\xff" * 432
        )
        table = b"".join(struct.pack("<L", value) for value in fat).ljust(512, b"\xff")
        rows = b"".join(self._row(entry, start) for entry, start in zip(self.entries, starts, strict=True))
        return header + table + rows.ljust(folder_sectors * 512, b"\0") + data

    @staticmethod
    def _chain(start: int, count: int) -> list[int]:
        return [*range(start + 1, start + count), 0xFFFFFFFE] if count else []

    def _row(self, entry: list, start: int) -> bytes:
        name = entry[0].encode("utf-16-le") + b"\0\0"
        children = entry[2]
        child = children[0] if children else 0xFFFFFFFF
        sibling = self._next(entry)
        return (
            name.ljust(64, b"\0")
            + struct.pack("<HBBLLL", len(name), entry[1], 1, 0xFFFFFFFF, sibling, child)
            + bytes(36)
            + struct.pack("<LQ", start if entry[1] == 2 else 0xFFFFFFFE, len(entry[3]))
        )

    def _next(self, entry: list) -> int:
        at = self.entries.index(entry)
        parent = next((each for each in self.entries if at in each[2]), None)
        later = [child for child in parent[2] if child > at] if parent else []
        return later[0] if later else 0xFFFFFFFF


def pdf_of(catalog: bytes = b"", extra: bytes = b"", text: str = "Hello") -> bytes:
    """A one-page PDF with this text; `catalog` adds entries to its catalogue and `extra` further objects from number 6."""
    stream = b"BT /F1 24 Tf 72 700 Td (" + text.encode("latin-1") + b") Tj ET"
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R" + catalog + b">>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n",
        b"4 0 obj<</Length " + str(len(stream)).encode() + b">>stream\n" + stream + b"\nendstream endobj\n",
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n",
        extra,
    ]
    return b"%PDF-1.4\n" + b"".join(objects) + b"trailer<</Root 1 0 R/Size 9>>\n%%EOF\n"

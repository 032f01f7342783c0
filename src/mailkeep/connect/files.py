"""Mail in loose files: .eml, mbox (also .gz), Maildir, folders of these, tar archives, standard input.

For judging and measuring without a tenant: nothing is written, no cursor is kept. Every file that cannot be used is given
back as a sentence, and the rest goes on. An mbox is read mail by mail, so its size does not matter.
"""

import gzip
import lzma
import os
import re
import sys
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import msgspec

from mailkeep.connect.chain import MOST_BYTES
from mailkeep.connect.mbox_text import LINE_BYTES, is_mbox, mail_in, stretches

ARCHIVE_NAMES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2")
MBOX_NAMES = (".mbox", ".mbox.gz")
HEADER_LINE = re.compile(rb"(?m)^[!-9;-~]{1,76}[ \t]*:")
OTHER_KINDS = (b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"MZ", b"%PDF", b"\x7fELF", b"GIF8")
BOOKKEEPING = ("dovecot", "maildir", "subscriptions", ".uidvalidity", "courier")
"""How files begin that mail servers lay beside the mail."""


class FileMail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail from a file."""

    path: str
    """The file's path, with `#n` for the n-th mail of an mbox and `!name` for a member of an archive."""
    raw: bytes
    doubt: str = ""
    """One sentence where the file may hold less than the whole mail."""


class Unusable(msgspec.Struct, frozen=True, kw_only=True):
    """A path that gave no mail, and why."""

    path: str
    why: str
    """One sentence with the remedy."""
    no_mail: bool = False
    """True when it was read and simply is no mail: in a folder of mail that is no loss."""


class _Begun:
    """A stream whose first line was looked at already."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self.first = first
        self.rest = rest

    def readline(self, size: int) -> bytes:
        """The next line."""
        line, self.first = self.first, b""
        return line or self.rest.readline(size)

    def read(self, size: int) -> bytes:
        """The next bytes, none at the end; the first line comes alone, whatever its length."""
        line, self.first = self.first, b""
        return line or self.rest.read(size)


def read_paths(paths: Iterable[str | Path]) -> Iterator[FileMail | Unusable]:
    """Every mail in these paths, in a stable order; "-" is standard input."""
    for path in paths:
        if str(path) == "-":
            yield from _mails("-", sys.stdin.buffer, certain=True)
        else:
            yield from read_path(Path(path))


def read_path(path: Path) -> Iterator[FileMail | Unusable]:
    """Every mail in one file or folder."""
    try:
        if path.is_dir():
            yield from _folder(path)
        elif not path.exists():
            yield Unusable(path=str(path), why=f"{path}: no such file or folder. Check the spelling of the path.")
        else:
            yield from _file(path, certain=path.name.lower().endswith(".eml"))
    except OSError as error:
        yield _unreadable(path, error)


def _unreadable(path: str | Path, error: OSError) -> Unusable:
    return Unusable(path=str(path), why=f"{path}: cannot be read ({error.strerror or error}). Check its permissions.")


def _folder(path: Path) -> Iterator[FileMail | Unusable]:
    closed: list[OSError] = []
    found = False
    for inner in _files_below(path, closed):
        for item in _guarded(inner):
            found = True
            yield item
    yield from (_unreadable(error.filename, error) for error in closed)
    if not found and not closed:
        why = f"{path}: holds no mail files. Name a folder of .eml files, an mbox or a Maildir."
        yield Unusable(path=str(path), why=why)


def _files_below(path: Path, closed: list[OSError]) -> Iterator[Path]:
    """Files that may hold mail, in a stable order. Takes: where to put the folders that could not be listed."""
    for here, folders, files in os.walk(path, onerror=closed.append):
        if "cur" in folders and "tmp" in folders:
            folders.remove("tmp")  # a Maildir's mails that are not delivered yet
        folders.sort()
        for name in sorted(files):
            inner = Path(here, name)
            if not name.startswith(BOOKKEEPING) and inner.is_file():
                yield inner


def _guarded(path: Path) -> Iterator[FileMail | Unusable]:
    try:
        yield from _file(path, certain=False)
    except OSError as error:
        yield _unreadable(path, error)


def _file(path: Path, *, certain: bool) -> Iterator[FileMail | Unusable]:
    name = path.name.lower()
    if name.endswith(ARCHIVE_NAMES):
        yield from _archive(path)
        return
    with gzip.open(path) if name.endswith(".gz") else path.open("rb") as stream:
        yield from _mails(str(path), stream, certain=certain)  # type: ignore[arg-type]


def _mails(path: str, stream: IO[bytes], *, certain: bool) -> Iterator[FileMail | Unusable]:
    """The mails in a stream: those of an mbox where it begins like one, else the one mail it is.

    Takes: `certain` when anything in it is to be judged as mail, whatever it looks like.
    """
    try:
        begun = _Begun(stream.readline(LINE_BYTES), stream)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Unusable(path=path, why=f"{path}: {_damage(error)}; nothing could be read. Fetch the file again.")
        return
    if begun.first and is_mbox(begun.first):
        yield from _mbox(path, begun)
    elif path.lower().endswith(MBOX_NAMES) and begun.first:
        yield Unusable(path=path, why=f"{path}: does not begin with a 'From ' line, so it is not an mbox.")
    else:
        yield from _one(path, begun, certain=certain)


def _mbox(path: str, begun: _Begun) -> Iterator[FileMail | Unusable]:
    troubles: list[str] = []
    for number, stretch in enumerate(stretches(begun, 0, troubles), 1):
        place = f"{path}#{number}"
        mail = mail_in(stretch.text)
        if not mail.strip():
            yield Unusable(path=place, why=f"{path}: mail {number} is cut off after its 'From ' line.")
        elif stretch.size > MOST_BYTES:
            doubt = f"{path}: mail {number} is larger than {MOST_BYTES >> 20} MiB; only so much of it was judged."
            yield FileMail(path=place, raw=mail, doubt=doubt)
        elif not stretch.text.endswith(b"\n"):
            doubt = f"{path}: the file ends within a line of mail {number}; what is there was judged. Is it whole?"
            yield FileMail(path=place, raw=mail, doubt=doubt)
        else:
            yield FileMail(path=place, raw=mail)
    for trouble in troubles:
        yield Unusable(path=path, why=f"{path}: {trouble}; what came before was read. Fetch the file again.")


def _one(path: str, begun: _Begun, *, certain: bool) -> Iterator[FileMail | Unusable]:
    raw, trouble = _whole(begun)
    if trouble:
        yield Unusable(path=path, why=f"{path}: {trouble}; what came before was read. Fetch the file again.")
    if len(raw) > MOST_BYTES:
        yield Unusable(
            path=path, why=f"{path}: larger than {MOST_BYTES >> 20} MiB, which no provider delivers; left out."
        )
    elif looks_like_mail(raw) or (certain and raw):
        yield FileMail(path=path, raw=raw)
    elif not trouble:
        yield Unusable(path=path, why=_not_mail(path, raw), no_mail=True)


def _whole(begun: _Begun) -> tuple[bytes, str]:
    """Everything in the stream, at most one byte more than a mail may have; and what is wrong with its compression."""
    kept = bytearray()
    try:
        # small blocks, so that little is lost where the data ends early
        while len(kept) <= MOST_BYTES and (block := begun.read(min(1 << 13, MOST_BYTES + 1 - len(kept)))):
            kept += block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return bytes(kept), _damage(error)
    return bytes(kept), ""


def _damage(error: Exception) -> str:
    return "the compressed data ends early" if isinstance(error, EOFError) else f"the data is damaged ({error})"


def _not_mail(path: str, raw: bytes) -> str:
    what = "standard input" if path == "-" else path
    if not raw:
        return f"{what}: is empty. A mail file starts with header lines such as 'From: …'."
    return f"{what}: is not mail (no header line in its first 4 KiB). Give .eml, mbox, Maildir or a folder of these."


def _archive(path: Path) -> Iterator[FileMail | Unusable]:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.size > MOST_BYTES:
                    why = f"{path}!{member.name}: larger than {MOST_BYTES >> 20} MiB, which no provider delivers; left out."
                    yield Unusable(path=f"{path}!{member.name}", why=why)
                    continue
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is not None and (raw := stream.read()):
                    yield FileMail(path=f"{path}!{member.name}", raw=raw)
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError) as error:
        yield Unusable(
            path=str(path),
            why=f"{path}: the archive is damaged ({error}); what came before was read. Fetch the file again.",
        )


def looks_like_mail(raw: bytes) -> bool:
    """True when a header line stands in the first 4 KiB and no picture or program starts there."""
    head = raw[:4096]
    return not head.startswith(OTHER_KINDS) and HEADER_LINE.search(head) is not None

"""Mail in loose files: .eml, mbox (also .gz), Maildir, folders of these, tar archives, standard input.

For judging and measuring without a tenant: nothing is written, no cursor is kept. Every file that cannot be used is given
back as a sentence, and the rest goes on.
"""

import gzip
import re
import sys
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

MAIL_NAMES = (".eml", ".msg", ".txt", ".mail", ".email", "")
ARCHIVE_NAMES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2")
HEADER_LINE = re.compile(rb"(?m)^[!-9;-~]{1,76}[ \t]*:")
MBOX_LINE = re.compile(rb"(?m)^From \S+.*\d\d:\d\d.*$")
MOST_BYTES = 64 * 1024 * 1024
"""A larger file is refused with a sentence: no provider delivers such a mail."""


class FileMail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail from a file."""

    path: str
    """The file's path, with `#n` for the n-th mail of an mbox and `!name` for a member of an archive."""
    raw: bytes


class Unusable(msgspec.Struct, frozen=True, kw_only=True):
    """A path that gave no mail, and why."""

    path: str
    why: str
    """One sentence with the remedy."""


def read_paths(paths: Iterable[str | Path]) -> Iterator[FileMail | Unusable]:
    """Every mail in these paths, in a stable order; "-" is standard input."""
    for path in paths:
        if str(path) == "-":
            yield FileMail(path="-", raw=sys.stdin.buffer.read())
            continue
        yield from read_path(Path(path))


def read_path(path: Path) -> Iterator[FileMail | Unusable]:
    """Every mail in one file or folder."""
    try:
        if path.is_dir():
            yield from _folder(path)
        elif not path.exists():
            yield Unusable(path=str(path), why=f"{path}: no such file or folder. Check the spelling of the path.")
        else:
            yield from _file(path, named=True)
    except OSError as error:
        yield Unusable(
            path=str(path), why=f"{path}: cannot be read ({error.strerror or error}). Check its permissions."
        )


def _folder(path: Path) -> Iterator[FileMail | Unusable]:
    found = False
    for inner in sorted(path.rglob("*")):
        if not inner.is_file() or inner.parent.name == "tmp" or _is_bookkeeping(inner):
            continue
        for item in _guarded(inner):
            found = True
            yield item
    if not found:
        yield Unusable(
            path=str(path), why=f"{path}: holds no mail files. Name a folder of .eml files, an mbox or a Maildir."
        )


def _guarded(path: Path) -> Iterator[FileMail | Unusable]:
    try:
        yield from _file(path, named=False)
    except OSError as error:
        yield Unusable(
            path=str(path), why=f"{path}: cannot be read ({error.strerror or error}). Check its permissions."
        )


def _is_bookkeeping(path: Path) -> bool:
    return path.name.startswith(("dovecot", "maildir", "subscriptions", ".uidvalidity", "courier"))


def _file(path: Path, *, named: bool) -> Iterator[FileMail | Unusable]:
    name = path.name.lower()
    if name.endswith(ARCHIVE_NAMES):
        yield from _archive(path)
        return
    if path.stat().st_size > MOST_BYTES and not name.endswith((".mbox", ".mbox.gz")):
        yield Unusable(
            path=str(path), why=f"{path}: larger than {MOST_BYTES >> 20} MiB, which no provider delivers; left out."
        )
        return
    raw, trouble = _bytes(path)
    if trouble:
        yield Unusable(path=str(path), why=trouble)
    if name.endswith((".mbox", ".mbox.gz")) or (raw.startswith(b"From ") and len(MBOX_LINE.findall(raw)) > 1):
        yield from _mbox(path, raw)
    elif looks_like_mail(raw) or (named and name.endswith(".eml") and raw):
        yield FileMail(path=str(path), raw=raw)
    elif not trouble:
        yield Unusable(path=str(path), why=_not_mail(path, raw))


def _not_mail(path: Path, raw: bytes) -> str:
    if not raw:
        return f"{path}: is empty. A mail file starts with header lines such as 'From: …'."
    return f"{path}: is not mail (no header line in its first 4 KiB). Give .eml, mbox, Maildir or a folder of these."


def _bytes(path: Path) -> tuple[bytes, str]:
    if not path.name.lower().endswith(".gz"):
        return path.read_bytes(), ""
    kept: list[bytes] = []
    try:
        with gzip.open(path) as stream:
            while block := stream.read1(1 << 13):  # small, so that little is lost where the data ends early
                kept.append(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        said = f"{path}: the gzip data ends early or is damaged ({error}); what came before was read. Fetch the file again."
        return b"".join(kept), said
    return b"".join(kept), ""


def _mbox(path: Path, raw: bytes) -> Iterator[FileMail | Unusable]:
    starts = [match.start() for match in re.finditer(rb"(?m)^From ", raw) if _is_separator(raw, match.start())]
    if not starts:
        yield Unusable(path=str(path), why=f"{path}: holds no 'From ' separator line, so it is not an mbox.")
        return
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(raw)], strict=True), 1):
        first = raw.find(b"\n", start, end)
        if first < 0:
            yield Unusable(path=f"{path}#{number}", why=f"{path}: mail {number} is cut off after its separator line.")
            continue
        yield FileMail(path=f"{path}#{number}", raw=re.sub(rb"(?m)^>(>*From )", rb"\1", raw[first + 1 : end]))


def _is_separator(raw: bytes, at: int) -> bool:
    """A separator stands at the start or after an empty line, and a header line follows it."""
    before = raw[max(0, at - 2) : at]
    if at and not before.endswith((b"\n\n", b"\r\n", b"\n")):
        return False
    line_end = raw.find(b"\n", at, at + 1000)
    return line_end > 0 and HEADER_LINE.match(raw, line_end + 1, line_end + 200) is not None


def _archive(path: Path) -> Iterator[FileMail | Unusable]:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if not member.isfile() or member.size > MOST_BYTES:
                    continue
                stream = archive.extractfile(member)
                raw = stream.read() if stream else b""
                if raw:
                    yield FileMail(path=f"{path}!{member.name}", raw=raw)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        yield Unusable(path=str(path), why=f"{path}: the archive is damaged ({error}); what came before was read.")


def looks_like_mail(raw: bytes) -> bool:
    """True when a header line stands in the first 4 KiB and no picture or program starts there."""
    head = raw[:4096]
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"MZ", b"%PDF", b"\x7fELF", b"GIF8")):
        return False
    return HEADER_LINE.search(head) is not None

"""The mbox form: mails one after another, each begun by a From line; and what is added to each to tell its flags.

Read so that no mail can hide its neighbours: a mail begins wherever a line is a From line with a date, or follows an empty
line and names an address alone. Content-Length is not believed, since it is the sender's to write. mboxrd, mboxo and mboxcl
files are read as their writers meant them; in an mboxcl2 file a letter that quotes a From line unquoted is cut in two, which
loses nothing.

| Status, X-Status | ours |
|---|---|
| R | seen |
| A F T D | answered flagged draft trashed |
| the whole line | itself, so that restoring brings back the same bytes |

Source: RFC 4155; qmail's mbox(5); https://www.loc.gov/preservation/digital/formats/fdd/fdd000383.shtml.
"""

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from gzip import BadGzipFile
from hashlib import sha256
from typing import NamedTuple, Protocol

from mailkeep.connect.chain import MOST_BYTES

FROM_DATED = re.compile(
    rb"From [^\r\n]{0,400}?\b\d{1,2}:\d\d[^\r\n]{0,60}\b(?:19|20)\d\d\b"
    rb"|From [^\r\n]{0,400}?\b(?:19|20)\d\d\b[^\r\n]{0,60}\b\d{1,2}:\d\d"
)
FROM_BARE = re.compile(rb"From [^\s]{1,400}\s*$")
QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")
STATUS_LINE = re.compile(rb"(?mi)^(?:X-)?Status:[^\n]*\n")
MUTABLE_LINE = re.compile(
    rb"(?mi)^(?:(?:X-)?Status|X-Keywords|X-UID|X-IMAP|X-IMAPbase|X-Mozilla-[A-Za-z0-9-]+|Content-Length):[^\n]*\n"
)
"""Header lines that mail programs rewrite in place; they are no part of a mail's identity."""
HEADER_END = re.compile(rb"\n\r?\n|\A\r?\n")
LINE_BYTES = 1 << 20
WORDS = {("Status", "R"): "seen", ("X-Status", "A"): "answered", ("X-Status", "F"): "flagged",
         ("X-Status", "T"): "draft", ("X-Status", "D"): "trashed"}  # fmt: skip


class Stretch(NamedTuple):
    """One mail in the file."""

    offset: int
    size: int
    """Bytes in the file, From line and closing empty line included."""
    text: bytes
    """These bytes, at most MOST_BYTES."""
    ended: bool
    """True when an empty line or another mail follows; False for a last mail that may still be growing."""


class Lines(Protocol):
    """Anything read line by line."""

    def readline(self, size: int, /) -> bytes:
        """The next line, at most so many bytes of it; empty at the end."""


def stretches(file: Lines, offset: int = 0, troubles: list[str] | None = None) -> Iterator[Stretch]:
    """The mails from here on. Takes: a file that stands at `offset`; `troubles` gets what a broken compression says."""
    kept: list[bytes] = []
    start, size, blank, fresh = offset, 0, True, True
    for line in _lines(file, [] if troubles is None else troubles):
        if (
            fresh
            and size
            and line.startswith(b"From ")
            and (FROM_DATED.match(line) or (blank and FROM_BARE.match(line)))
        ):
            yield Stretch(start, size, b"".join(kept)[:MOST_BYTES], True)
            start, kept, size = start + size, [], 0
        if size < MOST_BYTES:
            kept.append(line)
        size += len(line)
        fresh = line.endswith(b"\n")
        blank = fresh and not line.strip(b"\r\n")
    if size:
        yield Stretch(start, size, b"".join(kept)[:MOST_BYTES], blank)


def _lines(file: Lines, troubles: list[str]) -> Iterator[bytes]:
    try:
        while line := file.readline(LINE_BYTES):
            yield line
    except EOFError:
        troubles.append("the compressed data ends early")
    except (BadGzipFile, zlib.error) as error:
        troubles.append(f"the compressed data is damaged ({error})")


def is_mbox(head: bytes) -> bool:
    """True when a file that begins so may be an mbox. An empty one is."""
    return not head or head.startswith(b"From ")


def mail_in(text: bytes) -> bytes:
    """The mail as it was before it was put into the file."""
    _, _, mail = text.partition(b"\n")
    for ending, kept in ((b"\r\n\r\n", b"\r\n"), (b"\n\n", b"\n")):
        if mail.endswith(ending):
            mail = mail[: -len(ending)] + kept
            break
    return QUOTED_FROM.sub(rb"\1", mail)


def digest_of(mail: bytes) -> str:
    """What the mail is known by: 32 hex digits over all of it but the lines that mail programs rewrite."""
    head, body = _apart(mail)
    return sha256(MUTABLE_LINE.sub(b"", head) + body).hexdigest()[:32]


def flags_in(mail: bytes) -> frozenset[str]:
    """Our words for its status lines, and the lines themselves."""
    flags = set()
    for line in STATUS_LINE.findall(_apart(mail)[0]):
        name, _, letters = line.decode("latin-1").rstrip("\r\n").partition(":")
        flags.add(f"{name}:{letters}")
        flags |= {WORDS[name.title(), letter] for letter in letters.upper() if (name.title(), letter) in WORDS}
    return frozenset(flags)


def with_flag(text: bytes) -> bytes:
    """The stretch with the letter F in its X-Status line."""
    lines = [flag for flag in flags_in(mail_in(text)) if flag.casefold().startswith(("status:", "x-status:"))]
    old = next((line for line in lines if line.casefold().startswith("x-status:")), "")
    name, _, letters = old.partition(":")
    kept = [line for line in lines if line != old]
    return with_lines(text, frozenset([*kept, f"{name or 'X-Status'}: {letters.strip()}F"]))


def with_lines(text: bytes, flags: frozenset[str]) -> bytes:
    """The stretch with exactly these status lines, each where one of its name was, new ones last in the header."""
    first, newline, mail = text.partition(b"\n")
    head, body = _apart(mail)
    wanted = {flag.partition(":")[0].casefold(): flag for flag in flags if ":" in flag}
    ending = b"\r\n" if first.endswith(b"\r") else b"\n"

    def line_for(found: re.Match[bytes]) -> bytes:
        name = found[0].partition(b":")[0].decode("latin-1").casefold()
        return wanted.pop(name).encode("latin-1") + ending if name in wanted else b""

    head = STATUS_LINE.sub(line_for, head)
    added = b"".join(wanted[name].encode("latin-1") + ending for name in sorted(wanted))
    return first + newline + head + added + body


def received_at(text: bytes, otherwise: datetime) -> datetime:
    """When the mail arrived: the From line's date (UTC where it names no zone), else the Date header, else `otherwise`."""
    first, _, mail = text.partition(b"\n")
    words = first.decode("latin-1").split(maxsplit=2)
    head = _apart(mail)[0].decode("latin-1")
    dated = re.search(r"(?mi)^Date:([^\n]{1,100})$", head[:65536])
    for spelled in (words[2] if len(words) > 2 else "", dated[1] if dated else ""):
        moment = _moment(spelled.strip())
        if moment is not None:
            return moment
    return otherwise


def _moment(spelled: str) -> datetime | None:
    try:
        parts = parsedate_tz(spelled)
        return datetime.fromtimestamp(mktime_tz(parts), tz=UTC) if parts and 1970 <= parts[0] <= 9998 else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _apart(mail: bytes) -> tuple[bytes, bytes]:
    """Header (its last newline included) and the rest."""
    end = HEADER_END.search(mail)
    if end is None:
        return mail, b""
    cut = end.start() + 1 if end[0].startswith(b"\n") else 0
    return mail[:cut], mail[cut:]

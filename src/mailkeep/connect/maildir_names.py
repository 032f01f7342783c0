"""What a Maildir says through names: a mail's identity and flags, a folder's name.

| Maildir | ours |
|---|---|
| `:2,` S R F D T P | seen answered flagged draft trashed passed |
| `:2,` a … z and others | info-a … (keywords whose meaning the server keeps beside) |
| lies in `new` | recent |
| `.A.B` (modified UTF-7) | folder A/B |

Source: https://cr.yp.to/proto/maildir.html; Maildir++ as Courier and Dovecot lay it out; RFC 3501 §5.1.3.
"""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

import msgspec
from imapclient import imap_utf7

from mailkeep.connect.folders import INBOX

WORDS = {"S": "seen", "R": "answered", "F": "flagged", "D": "draft", "T": "trashed", "P": "passed"}
LETTERS = {word: letter for letter, word in WORDS.items()}
RECENT = "recent"
OTHER = "info-"
COPY = re.compile(r",mailkeep=(\d{1,9})$")
"""Told apart from a mail of the same name where we moved it."""
SAFE = " !#$&()*+,-./:;<=>@[]^_{|}'"


class FileName(msgspec.Struct, frozen=True, kw_only=True):
    """A mail's file name, taken apart."""

    unique: str
    """What stays through flag changes and moves."""
    copy: int | None = None
    """Which of several mails of this unique name, where that is written."""
    info: str = ""
    """Flag letters."""


def read_name(name: str) -> FileName:
    """The parts of a file's name."""
    unique, _, rest = name.partition(":")
    copy = COPY.search(unique)
    info = rest[2:] if rest.startswith("2,") else ""
    if copy is None:
        return FileName(unique=unique, info=info)
    return FileName(unique=unique[: copy.start()], copy=int(copy[1]), info=info)


def write_name(name: FileName) -> str:
    """The file's name; letters in the order the format asks for."""
    copy = "" if name.copy is None else f",mailkeep={name.copy}"
    return f"{name.unique}{copy}:2,{''.join(sorted(name.info))}"


def fresh_name(name: FileName) -> str:
    """The file's name in `new`, where a mail without flags has no letters' place either."""
    return write_name(name) if name.info else write_name(name).removesuffix(":2,")


def flags_of(info: str, *, recent: bool) -> frozenset[str]:
    """Our words for these letters."""
    words = {WORDS.get(letter, OTHER + letter) for letter in info}
    return frozenset(words | {RECENT}) if recent else frozenset(words)


def info_of(flags: frozenset[str]) -> str:
    """The letters of these words; words a Maildir has no letter for are left out."""
    letters = (LETTERS.get(flag) or (flag.removeprefix(OTHER) if flag.startswith(OTHER) else "") for flag in flags)
    return "".join(sorted(letter for letter in letters if len(letter) == 1))


class MailId(NamedTuple):
    """What a mail is known by: its unique name, and what tells it from others of that name.

    The size tells apart another mail under the same name, or one that was still being written; the copy tells apart
    several files of the same name and size.
    """

    unique: str
    size: int
    copy: int

    def __str__(self) -> str:
        """The id, printable whatever the name."""
        spelled = quote(self.unique.encode("utf-8", "surrogateescape"), safe=SAFE)
        return f"{spelled}~{self.size}~{self.copy}" if self.copy else f"{spelled}~{self.size}"


def read_id(text: str) -> MailId:
    """The parts of an id; of a text that is none, a name that no mail has."""
    parts = re.fullmatch(r"(.*?)~(\d{1,18})(?:~(\d{1,9}))?", text, re.DOTALL)
    if parts is None:
        return MailId(unique="/", size=0, copy=0)
    unique = unquote_to_bytes(parts[1]).decode("utf-8", "surrogateescape")
    return MailId(unique=unique, size=int(parts[2]), copy=int(parts[3] or 0))


def received_ns(unique: str, mtime_ns: int) -> int:
    """When the mail arrived: the earlier of the file's time and the number its name begins with.

    A server that copies a mail gives it a new name but keeps the file's time; a plain copy keeps the name but has a new
    time. Either way the earlier is the arrival.
    """
    digits = re.match(r"\d{8,10}(?=\.)", unique)
    return min(mtime_ns, int(digits[0]) * 1_000_000_000) if digits else mtime_ns


def folder_name(directory: str) -> str:
    """The folder's name as people read it. Takes: the directory's name with its dot, or "" for the inbox."""
    if not directory:
        return INBOX
    steps = [_decoded(step) for step in directory[1:].split(".")]
    name = "/".join(steps)
    return name if directory_name(name) == directory else quote(directory.encode("utf-8", "surrogateescape"), safe=SAFE)


def directory_name(folder: str) -> str:
    """The directory of a folder, "" for the inbox."""
    if folder == INBOX:
        return ""
    return "." + ".".join(imap_utf7.encode(step).decode("ascii").replace(".", "&AC4-") for step in folder.split("/"))


def _decoded(step: str) -> str:
    try:
        return str(imap_utf7.decode(step.encode("ascii")))
    except (UnicodeError, ValueError):
        return step

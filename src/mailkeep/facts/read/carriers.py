"""Small looks into the other carriers: RTF objects, OneNote's embedded files, shortcuts, and plain text."""

import re
import struct
from collections.abc import Iterator

from mailkeep.facts.read import filetypes
from mailkeep.facts.read.inside import MOST_URLS, TEXT_CHARS, Inside
from mailkeep.facts.read.web_files import decode

_BYTES = 4 << 20
_URL = re.compile(r"https?://[^\s\"'<>{}\\]{4,2000}", re.IGNORECASE)
_RTF_TEMPLATE = re.compile(rb"\{\\\*\\template\s+([^}\s]{4,2000})", re.IGNORECASE)
_RTF_OBJECT = re.compile(rb"\\obj(?:emb|link|autlink|data|update)\b", re.IGNORECASE)
_RTF_UPDATE = re.compile(rb"\\objupdate\b", re.IGNORECASE)
_ONE_FILE = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
"""FileDataStoreObject header (MS-ONESTORE §2.6.13)."""
_WIDE = re.compile(rb"(?:[\x20-\x7e]\x00){4,2000}")
_CALENDAR_URL = frozenset({"ics", "vcf", "text", "eml", "url", "desktop", "xml", "json", "csv", "mhtml"})


def read_rtf(body: bytes) -> Inside:
    """Embedded objects (`members`), objects updated on opening (`auto_run`), a remote template."""
    head = body[:_BYTES]
    template = _RTF_TEMPLATE.search(head)
    objects = len(_RTF_OBJECT.findall(head))
    return Inside(
        auto_run=_RTF_UPDATE.search(head) is not None,
        external_template=template[1].decode("latin-1") if template else "",
        members=tuple(f"object-{at + 1}" for at in range(min(objects, 20))),
        urls=_urls(head.decode("latin-1")),
    )


def read_onenote(body: bytes) -> Inside:
    """Files embedded in a OneNote section, by their bytes: "embedded-1.hta"; those that run are dangerous."""
    kinds = [filetypes.sniff(data, "") for data in _one_files(body)]
    names = tuple(f"embedded-{at + 1}.{kind}" for at, kind in enumerate(kinds))
    dangerous = tuple(
        name for name, kind in zip(names, kinds, strict=True) if filetypes.runs(kind, "") or _scripted(kind)
    )
    return Inside(members=names, dangerous_members=dangerous)


def _scripted(kind: str) -> bool:
    return filetypes.family(kind) in ("web", "script")


def _one_files(body: bytes) -> Iterator[bytes]:
    at = 0
    for _ in range(100):
        at = body.find(_ONE_FILE, at)
        if at < 0 or at + 36 > len(body):
            return
        length = struct.unpack_from("<Q", body, at + 16)[0]
        yield body[at + 36 : at + 36 + min(length, 8_192)]
        at += 36


def read_shortcut(body: bytes) -> Inside:
    """The readable strings of a .lnk: its target and arguments."""
    strings = [hit.decode("utf-16-le") for hit in _WIDE.findall(body[:65_536])]
    text = "\n".join(strings)
    return Inside(text=text[:TEXT_CHARS], urls=_urls(text))


def read_text(kind: str, body: bytes) -> Inside:
    """The text and its URLs, for kinds that people read: notes, calendars, cards, web shortcuts."""
    if kind not in _CALENDAR_URL:
        return Inside()
    text = decode(body[: TEXT_CHARS * 2])
    return Inside(text=text[:TEXT_CHARS], urls=_urls(text))


def _urls(text: str) -> tuple[str, ...]:
    hits = (hit.group() for hit, _ in zip(_URL.finditer(text), range(MOST_URLS * 3), strict=False))
    return tuple(dict.fromkeys(hits))[:MOST_URLS]

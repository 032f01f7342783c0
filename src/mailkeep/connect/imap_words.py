r"""IMAP's words in ours.

| IMAP | ours |
|---|---|
| \Seen \Answered \Flagged \Draft \Deleted | seen answered flagged draft trashed |
| $Forwarded | passed |
| a keyword | itself |
| \Recent | left out: the server's own, nobody can set it |

Source: RFC 9051 §2.3.2, RFC 6154 (special-use), RFC 5530 (response codes), RFC 2342 (namespaces).
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from mailkeep.connect.folders import Role, role_of

FLAGS = {"\\seen": "seen", "\\answered": "answered", "\\flagged": "flagged", "\\draft": "draft", "\\deleted": "trashed",
         "$forwarded": "passed"}  # fmt: skip
SYSTEM = {
    "seen": "\\Seen",
    "answered": "\\Answered",
    "flagged": "\\Flagged",
    "draft": "\\Draft",
    "trashed": "\\Deleted",
    "passed": "$Forwarded",
}
SPECIAL = {b"\\sent": Role.SENT, b"\\drafts": Role.DRAFTS, b"\\trash": Role.TRASH, b"\\junk": Role.JUNK}
CLOSED = (b"\\noselect", b"\\nonexistent", b"\\flagged", b"\\important")
"""Folders that hold no mail of their own: not selectable, or a view of others."""
CODE = re.compile(r"\[([A-Z-]{3,30})[\] ]")


class Folder(NamedTuple):
    """A folder as LIST gives it."""

    name: str
    role: Role


def flags_of(words: Iterable[bytes]) -> frozenset[str]:
    """Our flags."""
    spelled = (word.decode("latin-1") for word in words)
    return frozenset(FLAGS.get(word.lower(), word) for word in spelled if word.lower() != "\\recent")


def words_of(flags: Iterable[str]) -> list[str]:
    """IMAP's flags."""
    return sorted(SYSTEM.get(flag, flag) for flag in flags)


def folders_of(listed: Iterable[tuple[tuple[bytes, ...], bytes, str]], foreign: tuple[str, ...] = ()) -> list[Folder]:
    """The owner's folders that hold mail, inbox first. Takes: LIST's answer, and prefixes of other people's folders."""
    found = []
    for flags, _, name in listed:
        lower = {flag.lower() for flag in flags}
        if lower & set(CLOSED) or name.startswith(foreign):
            continue
        special = next((role for flag, role in SPECIAL.items() if flag in lower), None)
        found.append(Folder("INBOX" if name.upper() == "INBOX" else name, special or role_of(name)))
    return sorted(found, key=lambda folder: (folder.role is not Role.INBOX, folder.name))


def code_of(said: str) -> str:
    """The response code in a server's answer, "AUTHENTICATIONFAILED"; empty for none."""
    code = CODE.search(said)
    return code[1] if code else ""

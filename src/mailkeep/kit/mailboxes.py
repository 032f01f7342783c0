"""Who gives mailboxes to whom: free mail, throw-away mail, and addresses that are desks or machines."""

import re
from importlib.resources import files

from mailkeep.kit.domains import registrable


def _words(name: str) -> frozenset[str]:
    rows = (files("mailkeep.kit") / "data" / name).read_text("ascii").splitlines()
    return frozenset(word for row in rows if not row.startswith("#") for word in row.split())


_FREE = _words("free_mail.txt")
_DISPOSABLE = _words("disposable.txt")
_ROLES = _words("role_names.txt")

_APART = re.compile(r"[._+\-\d]+")
_MACHINE = ("noreply", "donotreply", "nepasrepondre", "keineantwort", "noresponder", "naoresponda", "nonrispondere")


def is_free_mail(domain: str) -> bool:
    """True where anybody can have a mailbox, so the domain says nothing of who writes. Takes: lower-case ASCII domain."""
    return domain in _FREE or registrable(domain) in _FREE


def is_disposable(domain: str) -> bool:
    """True where mailboxes are thrown away after use. Takes: lower-case ASCII domain."""
    return domain in _DISPOSABLE or registrable(domain) in _DISPOSABLE


def is_role(local: str) -> bool:
    """True for the local part of a desk or a machine (noreply, billing, it-support), not of a person."""
    words = [word for word in _APART.split(local.lower()) if word]
    if not words:
        return False
    joined = "".join(words)
    if joined in _ROLES or joined.startswith(_MACHINE):
        return True
    return words[0] in _ROLES and (len(words) == 1 or words[-1] in _ROLES) if len(words) < 4 else False

"""One thing that was looked at, and how it stands."""

from enum import StrEnum

import msgspec


class Standing(StrEnum):
    """How a checked thing stands."""

    FINE = "fine"
    WARN = "warn"
    """It works, and a person should look at it."""
    FAIL = "fail"
    """Something that Mailkeep promises does not work now."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one look."""

    name: str
    """Short and stable: "disk", "mailboxes corp"."""
    standing: Standing
    says: str
    """What was found, with the value in it."""
    remedy: str = ""
    """What to do; empty when nothing is to be done."""

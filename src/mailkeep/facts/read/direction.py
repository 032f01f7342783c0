"""Which way the mail goes: in, out, or between colleagues."""

import enum

import msgspec


class Way(enum.StrEnum):
    """The three ways, as seen by the organisation."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    INTERNAL = "internal"


class Direction(msgspec.Struct, frozen=True, kw_only=True):
    """The way of this mail."""

    way: Way
    """INTERNAL needs an own From address and own recipients; a forged own From is still INTERNAL here, with `from_outside`."""
    from_outside: bool
    """From is ours, yet the believed hops or authentication results say it was received from outside."""
    own_recipients: int
    other_recipients: int
    undisclosed: bool
    """No recipient is stated, or none is the mailbox it was found in."""
    to_self: bool
    """From and To are the same address."""

"""Signs of mail sent to many."""

import msgspec


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """How this mail says it was distributed. Any sender can write these, so they excuse nothing by themselves."""

    list_id: str
    unsubscribe: bool
    """A List-Unsubscribe header (RFC 2369, RFC 8058)."""
    one_click: bool
    precedence: str
    auto: bool
    """Auto-Submitted or an auto-response header."""
    bounce: bool
    """A delivery report (RFC 3464) by its form."""
    platform: str
    """Mail-sending platform recognised by its headers, else empty."""

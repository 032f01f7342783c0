"""URLs as a browser opens them (WHATWG), so that no trick of spelling hides a host from us."""

import can_ada
import msgspec

from mailkeep.kit.unicode import whole_characters

_LONGEST_URL = 8_192
"""Longer than mail programs and browsers open; the rest can only be padding against readers like us."""


class Url(msgspec.Struct, frozen=True, gc=False):
    """One parsed URL; every field as the browser would send it."""

    scheme: str
    """Lower case, without the colon."""
    host: str
    """Lower-case ASCII, IPv6 without brackets; empty for mailto:, tel:, data: and the like."""
    port: int | None
    """None when it is the scheme's own."""
    path: str
    query: str
    """Without the question mark."""
    fragment: str
    """Without the hash."""
    userinfo: str
    """"user:password" as percent-encoded in the authority; empty when there is none."""
    href: str
    """The whole URL, normalised."""


def parse_url(text: str) -> Url | None:
    """The URL a browser would open for this text; None when it would open none.

    Takes: an absolute URL ("www.x.test" has no scheme and is none). Costs: about 2 µs. Raises: nothing.
    """
    cut = text[:_LONGEST_URL]
    if not cut.isascii():
        cut = whole_characters(cut)
    try:
        seen = can_ada.parse(cut)
    except ValueError:
        return None
    user, password = seen.username, seen.password
    return Url(
        seen.protocol.rstrip(":"),
        seen.hostname.strip("[]"),
        int(seen.port) if seen.port else None,
        seen.pathname,
        seen.search.removeprefix("?"),
        seen.hash.removeprefix("#"),
        f"{user}:{password}" if password else user,
        seen.href,
    )

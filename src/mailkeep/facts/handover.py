"""The hop at which the world handed the mail to hosts that may be believed."""

import ipaddress
from functools import lru_cache

from mailkeep.facts.vantage import Boundary
from mailkeep.kit.domains import is_ip, registrable
from mailkeep.mail import Hop, Message

_SAME_HOUSE = {
    "office365.com": "outlook.com",
    "exchangelabs.com": "outlook.com",
    "googlemail.com": "google.com",
    "1e100.net": "google.com",
}
"""Domains under which one provider names its own relays."""

_SUBMITTED = frozenset({"esmtpa", "esmtpsa", "asmtp", "smtpa", "smtpsa", "local", "mapi", "lmtpa", "http", "https"})
"""Protocols of mail that a logged-in user handed in (RFC 3848; "mapi" and "http" as mail stores write them)."""

_MOST_HOPS = 40


def handover(message: Message, boundary: Boundary) -> Hop | None:
    """The oldest hop that may be believed and that names a host outside; None when none was recorded.

    With trusted hosts configured, hops are believed from the top for as long as a trusted host wrote them. Without, the topmost
    hop with a public address whose two ends belong to different owners is taken: hops within one provider are passed over.
    """
    hops = message.hops[:_MOST_HOPS]
    if boundary.trusted_hosts:
        return _last_believed(hops, boundary)
    return next((hop for hop in hops if is_public(hop.from_ip) and _house(hop.from_name) != _house(hop.by)), None)


def submitted(hop: Hop) -> bool:
    """True when the hop says that a logged-in user handed the mail in."""
    return hop.protocol in _SUBMITTED


def trusted(host: str, boundary: Boundary) -> bool:
    """True for one of our relays: the name itself, a name below it, or an address with the prefix."""
    for own in boundary.trusted_hosts:
        if is_ip(host) or own.endswith((".", ":")):
            if host.startswith(own):
                return True
        elif host == own or host.endswith("." + own):
            return True
    return False


@lru_cache(maxsize=8_192)
def is_public(address: str) -> bool:
    """True for an address of the open internet; false for private, loop-back and unreadable ones."""
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _last_believed(hops: tuple[Hop, ...], boundary: Boundary) -> Hop | None:
    last: Hop | None = None
    for hop in hops:
        if not trusted(hop.by, boundary):
            break
        last = hop
        if not (trusted(hop.from_name, boundary) or trusted(hop.from_ip, boundary)) and hop.from_ip:
            break
    return last


def _house(host: str) -> str:
    name = registrable(host)
    return _SAME_HOUSE.get(name, name)

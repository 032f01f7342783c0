"""What the receiving host found when it checked the sender's claims (SPF, DKIM, DMARC, ARC)."""

import msgspec

from mailkeep.kit.known import Unknown
from mailkeep.mail import Place


class Authentication(msgspec.Struct, frozen=True, kw_only=True):
    """The results of the one host that may be believed; every other such header is the sender's own writing."""

    authserv: str
    """The believed host; empty when no header could be believed."""
    spf: str | Unknown
    """"pass", "fail", "softfail", "none", "neutral", "temperror", "permerror" (RFC 8601 §2.7)."""
    dkim: str | Unknown
    """Best result over all signatures."""
    dmarc: str | Unknown
    arc: str | Unknown
    spf_domain: str
    """Domain SPF was checked for, lower case; empty when not stated."""
    dkim_domains: tuple[str, ...]
    """Signing domains (header.d) of the passing signatures."""
    aligned: bool | Unknown
    """A passing SPF or DKIM identity shares From's registrable domain (relaxed alignment, RFC 7489 §3.1), or DMARC passed."""
    unbelieved: int
    """How many Authentication-Results headers were not believed."""
    place: Place

"""What the receiving host found when it checked the sender's claims (SPF, DKIM, DMARC, ARC)."""

from collections.abc import Iterable, Iterator

import msgspec

from mailkeep.facts.read.sender import Sender
from mailkeep.facts.vantage import Boundary, Vantage
from mailkeep.kit.domains import registrable, to_ascii
from mailkeep.kit.known import Unknown
from mailkeep.mail import AuthHeader, Message, Place


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


Result = tuple[str, str, tuple[tuple[str, str], ...]]
"""(method, result, properties), as in `AuthHeader.results`."""

_WORDS = {
    **{word: word for word in ("pass", "fail", "softfail", "none", "neutral", "temperror", "permerror")},
    "hardfail": "fail",  # RFC 7001 and before
    "permfail": "fail",  # Yahoo, old dkim-filter
    "discard": "fail",  # DomainKeys
    "reject": "fail",
    "failed": "fail",
    "success": "pass",
    "bestguesspass": "none",  # Exchange: no DMARC record, would have passed a relaxed one
    "unknown": "none",  # Yahoo
    "skipped": "none",
    "notsigned": "none",
    "nosig": "none",
    "policy": "neutral",  # RFC 8601 §2.7.1: signed, but not as the host wants it
    "timeout": "temperror",  # Exchange
    "error": "temperror",
    "tempfail": "temperror",
    "invalid": "permerror",
}
"""Every word a host was seen to write → the seven of RFC 8601 §2.7."""

_BEST_FIRST = ("pass", "fail", "softfail", "neutral", "permerror", "temperror", "none")
_JUDGED = ("spf", "dkim", "dmarc", "arc")
_MOST_HEADERS = 50


def read(message: Message, sender: Sender, vantage: Vantage) -> Authentication:
    """The believed results. Takes: which host to believe from `vantage.boundary`; empty there: the topmost header's."""
    believed = _believed(message, vantage.boundary)
    results = tuple(_merged(believed))
    spf_domain = next(
        (_domain(props, "smtp.mailfrom", "smtp.mail", "smtp.helo") for method, _, props in results if method == "spf"),
        "",
    )
    signers = tuple(dict.fromkeys(_signers(results)))
    spf, dmarc = _result(results, "spf"), _result(results, "dmarc")
    place = believed[0].place if believed else Place("header", label="Authentication-Results")
    verdict = Authentication(
        authserv=(believed[0].authserv or vantage.boundary.authserv) if believed else "",
        spf=spf,
        dkim=_result(results, "dkim"),
        dmarc=dmarc,
        arc=_result(results, "arc"),
        spf_domain=spf_domain,
        dkim_domains=signers,
        aligned=Unknown("no believed result"),
        unbelieved=len(message.auth_headers) - len(believed),
        place=place,
    )
    return msgspec.structs.replace(verdict, aligned=_aligned(verdict, sender))


def _believed(message: Message, boundary: Boundary) -> tuple[AuthHeader, ...]:
    """The headers our own host wrote: the topmost of its name, and those after it that complete it.

    Hosts that check with several programs write a header for each, one right below the other. A forged copy stands below them
    all; it would have to repeat a method already judged, or stand below the next Received header, and is refused by either.
    """
    headers = message.auth_headers[:_MOST_HEADERS]
    if not boundary.authserv:
        return headers[:1]
    ours = [header for header in headers if header.authserv == boundary.authserv.lower()]
    if not ours:
        return ()
    end = next((hop.place.start for hop in message.hops if hop.place.start > ours[0].place.start), None)
    said: set[str] = set()
    kept: list[AuthHeader] = []
    for header in ours:
        methods = {method for method, _, _ in header.results if method in _JUDGED}
        if kept and (said & methods or len(said) >= len(_JUDGED) - 1 or (end is not None and header.place.start > end)):
            break
        said |= methods
        kept.append(header)
    return tuple(kept)


def _merged(headers: Iterable[AuthHeader]) -> Iterator[Result]:
    for header in headers:
        yield from header.results


def _result(results: tuple[Result, ...], method: str) -> str | Unknown:
    """The best result of a method, in the words of RFC 8601."""
    words = {_normal(word) for name, word, _ in results if name == method}
    return next((word for word in _BEST_FIRST if word in words), Unknown(f"no {method} result"))


def _normal(word: str) -> str:
    return _WORDS.get(word.replace("_", "").replace("-", ""), "")


def _signers(results: tuple[Result, ...]) -> Iterator[str]:
    for method, word, properties in results:
        if method == "dkim" and _normal(word) == "pass":
            domain = _domain(properties, "header.d", "header.i", "header.from")
            if domain:
                yield domain


def _domain(properties: tuple[tuple[str, str], ...], *names: str) -> str:
    """The domain of the first of these properties that is stated; of an address, the part after the @."""
    stated = dict(reversed(properties))
    for name in names:
        value = stated.get(name, "").strip("<>\"'; ")
        if value and value != "none":
            return to_ascii(value.rpartition("@")[2])
    return ""


def _aligned(found: Authentication, sender: Sender) -> bool | Unknown:
    if found.dmarc == "pass":
        return True
    if isinstance(found.spf, Unknown) and isinstance(found.dkim, Unknown):
        return Unknown("neither SPF nor DKIM was judged")
    identities = list(found.dkim_domains)
    if found.spf == "pass" and found.spf_domain:
        identities.append(found.spf_domain)
    return bool(sender.registrable) and any(registrable(domain) == sender.registrable for domain in identities)

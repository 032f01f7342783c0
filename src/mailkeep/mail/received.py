"""Received headers (RFC 5321 §4.4) of the hosts that write them their own way: the mail's way, newest hop first."""

import functools
import ipaddress
import re
from collections.abc import Iterable

from mailkeep.kit.known import or_else
from mailkeep.mail import bounds, dates
from mailkeep.mail.headers import Field
from mailkeep.mail.message import Hop

_LONGEST = 3_000
_FROM = re.compile(r"^\s*\(?from\s+([^\s;()]{1,300}|\([^()]{0,300}\))", re.IGNORECASE)
_BY = re.compile(r"(?:^|\s|\))by\s+([^\s;()]{1,300})", re.IGNORECASE)
_WITH = re.compile(r"\swith\s+([^\s;()]{1,60})(\s+\(?(?:SMTP|ESMTPS?|HTTPS?)\b)?", re.IGNORECASE)
_VIA = re.compile(r"\svia\s+([^\s;()]{1,60})", re.IGNORECASE)
_HELO = re.compile(r"\bhelo[\s=]+\[?([^\s)\];]{1,300})", re.IGNORECASE)
_INVOKED = re.compile(r"\((?:qmail|invoked)\b[^)]{0,200}\)", re.IGNORECASE)
_IP = re.compile(
    r"(?<![\w.:])(?:IPv6:)?((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})(?![\w:]|\.\d)",
    re.IGNORECASE,
)


def read(fields: Iterable[Field]) -> tuple[Hop, ...]:
    """One hop for each Received header, in the order of the mail, which is newest first."""
    hops: list[Hop] = []
    for field in fields:
        if len(hops) >= bounds.HOPS:
            break
        hops.append(_hop(field))
    return tuple(hops)


def _hop(field: Field) -> Hop:
    text = " ".join(field.text[:_LONGEST].split())
    head, semicolon, tail = text.rpartition(";")
    if not semicolon:
        head, tail = text, text
    by = _BY.search(head)
    sender = head[: by.start()] if by else head
    named = _FROM.match(sender)
    name = named.group(1).strip("()[]") if named else ""
    is_no_name = not name or name.lower() in {"unknown", "mail"} or _ip(name)
    if is_no_name and (helo := _HELO.search(sender)):
        name = helo.group(1)
    how = _WITH.search(head) or _VIA.search(head)
    protocol = how.group(1) if how else ""
    if protocol.lower() == "microsoft" and how is not None and how.lastindex and how.group(2):
        protocol = how.group(2).strip(" (")
    if not protocol and _INVOKED.search(text):
        protocol = "local"
    at = or_else(dates.read(tail).at, None)
    return Hop(
        from_name=name.lower().strip(".[]"),
        from_ip=_sending_ip(sender, named.end(1) if named else 0),
        by=by.group(1).lower().strip(".[]") if by else "",
        protocol=protocol.lower().rstrip(","),
        at=at,
        place=field.place(),
    )


def _sending_ip(sender: str, after: int) -> str:
    """The address the receiving host saw: the first in the comment after the name, else the name itself."""
    for start in (after, 0):
        for hit in _IP.finditer(sender, start):
            if plain := _ip(hit.group(1)):
                return plain
    return ""


@functools.lru_cache(maxsize=4096)
def _ip(text: str) -> str:
    """The address in its usual form; empty when it is none."""
    try:
        return str(ipaddress.ip_address(text.strip("[]").lower().removeprefix("ipv6:")))
    except ValueError:
        return ""

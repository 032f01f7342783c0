"""From where, with what and when the mail was sent."""

import ipaddress
import re
from datetime import UTC, datetime, timedelta

import msgspec

from mailkeep.facts.handover import handover, is_public, submitted
from mailkeep.facts.shipped import lines
from mailkeep.facts.vantage import Vantage
from mailkeep.kit.domains import registrable
from mailkeep.kit.known import Unknown
from mailkeep.mail import Hop, Message


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The sending circumstances that habits are learned from."""

    at: datetime
    """The moment of the mail, UTC: the newest believed hop's, else the Date header's, else what delivery said."""
    local_hour: int | Unknown
    """Hour 0-23 on the sender's own clock."""
    zone_minutes: int | Unknown
    weekday: int | Unknown
    """0 Monday to 6 Sunday on the sender's own clock."""
    ip: str | Unknown
    """The address that handed the mail to the first believed host, or the client's where a submission hop states it."""
    network: str | Unknown
    """/24 or /48 of `ip`, or the handing host's registrable domain: coarse enough to be a habit."""
    client: str | Unknown
    """Mail program without its version ("Outlook", "Apple Mail", "Roundcube")."""
    message_id_domain: str
    """Right side of the Message-ID, lower case."""
    clock_skew_s: int | Unknown
    """Date header minus first believed hop, in seconds."""


UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""`Origin.at` of a mail that nobody dated: no hop, no Date, no time of delivery."""

_ORIGINATING = ("X-Originating-IP", "X-Sender-IP", "X-Client-IP", "X-AOL-IP", "X-EIP")
_LONGEST = 200


def read(message: Message, vantage: Vantage, received_at: datetime | None = None) -> Origin:
    """The circumstances of sending. Takes: `received_at` in UTC, as the provider has it."""
    hop = handover(message, vantage.boundary)
    ip = _ip(message, hop)
    received = next((h.at for h in message.hops[:1] if h.at), None)
    own_clock = _own_clock(message)
    return Origin(
        at=_moment(message, received, received_at),
        local_hour=own_clock if isinstance(own_clock, Unknown) else own_clock.hour,
        zone_minutes=message.zone_minutes,
        weekday=own_clock if isinstance(own_clock, Unknown) else own_clock.weekday(),
        ip=ip,
        network=_network(ip, hop),
        client=client_of(message),
        message_id_domain=_right_side(message.message_id),
        clock_skew_s=_skew(message, hop),
    )


def _moment(message: Message, received: datetime | None, delivered: datetime | None) -> datetime:
    if received is not None:
        return received
    if not isinstance(message.date, Unknown):
        return message.date
    return delivered or UNDATED


def _own_clock(message: Message) -> datetime | Unknown:
    """The moment on the sender's own clock, written as if it were UTC."""
    if isinstance(message.date, Unknown):
        return message.date
    if isinstance(message.zone_minutes, Unknown):
        return message.zone_minutes
    try:
        return message.date + timedelta(minutes=message.zone_minutes)
    except OverflowError:
        return Unknown("a date outside the calendar")


def _ip(message: Message, hop: Hop | None) -> str | Unknown:
    if hop is not None and is_public(hop.from_ip):
        return hop.from_ip
    for name in _ORIGINATING:
        stated = message.header(name)[:_LONGEST].strip("[] \t")
        if is_public(stated):
            return stated
    private = next((h.from_ip for h in message.hops[:10] if h.from_ip and submitted(h)), "")
    return private or Unknown("no hop names the sending host")


def _network(ip: str | Unknown, hop: Hop | None) -> str | Unknown:
    if not isinstance(ip, Unknown):
        try:
            return str(ipaddress.ip_network((ip, 48 if ":" in ip else 24), strict=False))
        except ValueError:
            pass
    if hop is not None and hop.from_name:
        return registrable(hop.from_name)
    return Unknown("no hop names the sending host")


def _right_side(message_id: str) -> str:
    return message_id.rpartition("@")[2].strip("<> ").lower()[:255] if "@" in message_id else ""


def _skew(message: Message, hop: Hop | None) -> int | Unknown:
    if isinstance(message.date, Unknown):
        return message.date
    first = hop if hop is not None else next(iter(message.hops), None)
    if first is None or first.at is None:
        return Unknown("no believed hop with a time")
    return round((message.date - first.at).total_seconds())


def _clients() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Words in X-Mailer or User-Agent → client, and patterns of the Message-ID → client, in the order of the file."""
    table = [row.split("\t") for row in lines("clients.tsv")]
    words = {mark.lower(): client for client, kind, mark in table if kind == "mailer"}
    return words, tuple((mark, client) for client, kind, mark in table if kind == "message-id")


_MAILERS, _ID_FORMS = _clients()
_MAILER = re.compile("|".join(re.escape(word) for word in sorted(_MAILERS, key=len, reverse=True)), re.IGNORECASE)
_ID_FORM = re.compile("|".join(f"(?P<c{at}>{mark})" for at, (mark, _) in enumerate(_ID_FORMS)), re.IGNORECASE)
_VERSION = re.compile(r"[\s,;/(\[-]*(?:\bv(?:ersion)?\.?\s*)?\d.*|[(\[/;,].*", re.IGNORECASE | re.DOTALL)


def client_of(message: Message) -> str | Unknown:
    """The mail program, without its version: as it names itself, else as the form of its Message-ID shows."""
    stated = (message.header("X-Mailer") or message.header("User-Agent"))[:_LONGEST].strip()
    if stated:
        known = max(_MAILER.findall(stated), key=len, default="")
        if known:
            return _MAILERS[known.lower()]
        plain = _VERSION.sub("", stated).strip()[:40]
        if plain:
            return plain
    form = _ID_FORM.search(message.message_id[:_LONGEST])
    if form and form.lastgroup:
        return _ID_FORMS[int(form.lastgroup[1:])][1]
    return Unknown("the mail names no program")

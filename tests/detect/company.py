"""The made-up company behind the detectors' pages: its people, its two months of past, and mail filled in from a few lines."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parseaddr
from functools import cache
from hashlib import sha256
from typing import TypeAlias

from tests.detect.files import attach

from mailkeep.detect.scene import Scene
from mailkeep.facts.facts import Facts
from mailkeep.facts.observe import observe
from mailkeep.facts.vantage import Boundary, Vantage
from mailkeep.mail import Message, parse
from mailkeep.people.directory import Directory, Mailbox, Person
from mailkeep.profile.memory import Memory
from mailkeep.profile.shelf import DictShelf

NOW = datetime(2026, 6, 16, 10, 0, tzinfo=UTC)
"""The moment of every mail that a page shows, a Tuesday."""
OWN = "corp.example"
PEOPLE = (
    Person(id="ada", name="Ada Lovelace", addresses=("ada@corp.example",), title="Chief executive", vip=True),
    Person(id="ben", name="Ben Okafor", addresses=("ben@corp.example",), title="Accounts payable"),
    Person(id="chiara", name="Chiara Rossi", addresses=("chiara@corp.example",), title="Sales"),
    Person(id="david", name="David Kim", addresses=("david@corp.example",), title="IT support"),
)
DIRECTORY = Directory(own_domains=frozenset({OWN}), people=PEOPLE, inferred=False)
BOUNDARY = Boundary(authserv="mx.corp.example", trusted_hosts=("10.", "mx.corp.example"))
BEN = "ben@corp.example"
Past: TypeAlias = tuple[Message, Facts, str, bool]
"""One mail of the past: with its facts, the mailbox it lay in, and whether its owner sent it."""


def box(address: str) -> Mailbox:
    """The mailbox with this address."""
    return Mailbox(id=address, address=address)


def letter(text: str, options: dict[str, str], at: datetime = NOW) -> bytes:
    """A whole mail from the few lines a page shows: what any mail has besides is filled in.

    Options: auth=pass|fail|none (what our host found), outside (received from the Internet although From is ours),
    hour=HH:MM, zone=+HHMM on the sender's clock, ip=, client=, id= (Message-ID).
    """
    head, _, body = text.partition("\n\n")
    given = {line.partition(":")[0].lower() for line in head.splitlines() if line[:1] not in " \t"}
    source = next((line.partition(":")[2] for line in head.splitlines() if line.lower().startswith("from:")), "")
    domain = parseaddr(source)[1].rpartition("@")[2] or "nowhere.test"
    when = _moment(at, options)
    extra = [
        f"{name}: {value}"
        for name, value in _filled(domain, when, options, sha256((text + str(when)).encode()).hexdigest()[:16])
        if name.lower() not in given
    ]
    return attach("\r\n".join([*_trace(domain, when, options), *head.splitlines(), *extra]), body)


def _moment(at: datetime, options: dict[str, str]) -> datetime:
    hour, _, minute = options.get("hour", "10:00").partition(":")
    zone = options.get("zone", "+0000")
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:])) * (-1 if zone[0] == "-" else 1)
    local = at.replace(hour=int(hour), minute=int(minute)) - ahead
    return datetime.strptime(local.strftime("%Y-%m-%d %H:%M ") + "+0000", "%Y-%m-%d %H:%M %z")


def _filled(domain: str, when: datetime, options: dict[str, str], token: str) -> Iterator[tuple[str, str]]:
    zone = datetime.strptime(options.get("zone", "+0000"), "%z").tzinfo
    yield "To", f"Ben Okafor <{BEN}>"
    yield "Subject", "Hello"
    yield "Date", format_datetime(when.astimezone(zone))
    yield "Message-ID", f"<{options.get('id', token)}@{domain}>"
    yield "X-Mailer", options.get("client", "Microsoft Outlook 16.0")
    yield "MIME-Version", "1.0"


def _trace(domain: str, when: datetime, options: dict[str, str]) -> Iterator[str]:
    """What our own host wrote on the mail."""
    found = options.get("auth", "fail" if "outside" in options else "pass")
    stamp = format_datetime(when + timedelta(seconds=2))
    if domain == OWN and "outside" not in options:
        ip = options.get("ip", "10.0.0.5")
        yield f"Received: from laptop ([{ip}]) by mx.corp.example with esmtpsa; {stamp}"
        return
    ip = options.get("ip", "192.0.2.10")
    yield f"Return-Path: <bounce@{domain if found == 'pass' else 'host.test'}>"
    if found != "unknown":
        yield (
            f"Authentication-Results: mx.corp.example; spf={found} smtp.mailfrom={domain};"
            f" dkim={found} header.d={domain}; dmarc={found} header.from={domain}"
        )
    yield f"Received: from mail.{domain} (mail.{domain} [{ip}]) by mx.corp.example with esmtps; {stamp}"


def seen(raw: bytes, mailbox: str, *, sent: bool = False) -> tuple[Message, Facts]:
    """The mail as it is read in that mailbox."""
    message = parse(raw)
    vantage = Vantage(directory=DIRECTORY, boundary=BOUNDARY, mailbox=box(mailbox), sent_folder=sent)
    return message, observe(message, vantage, None)


@cache
def ordinary_life() -> tuple[Past, ...]:
    """Two months of the company's mail: colleagues, one supplier known both ways, a shop's newsletter."""
    return tuple(_ordinary_life())


def _ordinary_life() -> Iterator[Past]:
    pairs = [
        ("Ada Lovelace", "ada", "ben"),
        ("Chiara Rossi", "chiara", "ada"),
        ("David Kim", "david", "chiara"),
        ("Ben Okafor", "ben", "david"),
    ]
    for day in range(60, 0, -1):
        at = NOW - timedelta(days=day)
        for name, writer, reader in pairs:
            text = f"From: {name} <{writer}@corp.example>\nTo: {reader}@corp.example\nSubject: Plan for day {day}\n\nHere are the notes of our talk about the plan."
            yield (*seen(letter(text, {}, at), f"{reader}@corp.example"), f"{reader}@corp.example", False)
        if day % 7 == 0:
            yield from _supplier(at)


def _supplier(at: datetime) -> Iterator[Past]:
    text = "From: Mara Jensen <mara@harbour-supplies.example>\nSubject: Order of this week\n\nThe goods have left our yard this morning."
    yield (*seen(letter(text, {}, at), BEN), BEN, False)
    text = "From: Ben Okafor <ben@corp.example>\nTo: Mara Jensen <mara@harbour-supplies.example>\nSubject: Re: Order of this week\n\nThank you, they have arrived."
    yield (*seen(letter(text, {"hour": "15:00"}, at), BEN, sent=True), BEN, True)
    text = (
        "From: Garden Shop <news@garden-shop.example>\nList-Unsubscribe: <https://garden-shop.example/leave>\n"
        "List-Id: <news.garden-shop.example>\nSubject: Flowers of the week\n\nRead more at https://garden-shop.example/flowers"
    )
    yield (*seen(letter(text, {}, at), BEN), BEN, False)


def memory(past: list[Past], *, lived: bool) -> Memory:
    """What the company remembers: its ordinary life unless `lived` is false, and this past."""
    return _learned((*(ordinary_life() if lived else ()), *past)) if past else _shared(lived)


@cache
def _shared(lived: bool) -> Memory:
    """One memory for all pages without a past of their own: recalling changes nothing in it."""
    return _learned(ordinary_life() if lived else ())


def _learned(past: Iterable[Past]) -> Memory:
    kept = Memory(DictShelf(), DIRECTORY)
    for message, facts, mailbox, sent in past:
        kept.learn(message, facts, mailbox=box(mailbox), sent=sent)
    return kept


def scene(raw: bytes, mailbox: str, kept: Memory) -> Scene:
    """All that a detector may see of this mail."""
    message, facts = seen(raw, mailbox)
    return Scene(message=message, facts=facts, history=kept.recall(message, facts, mailbox=box(mailbox)))

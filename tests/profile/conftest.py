"""Mails made by hand for the profile's tests: only what profiles read of a mail is told."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
import pytest

from mailkeep.facts.facts import Facts
from mailkeep.facts.read.authentication import Authentication
from mailkeep.facts.read.bulk import Bulk
from mailkeep.facts.read.direction import Direction, Way
from mailkeep.facts.read.envelope import Envelope
from mailkeep.facts.read.identifiers import Identifier
from mailkeep.facts.read.links import Link
from mailkeep.facts.read.origin import Origin
from mailkeep.facts.read.reply import ReplyTo
from mailkeep.facts.read.sender import Sender
from mailkeep.facts.read.thread import Thread
from mailkeep.facts.read.words import Ask, Words
from mailkeep.kit.domains import registrable
from mailkeep.kit.known import Unknown
from mailkeep.mail import Address, Message, Place
from mailkeep.people.directory import Mailbox

HERE = Place("header")
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
OWN = "corp.example"
FREE = {"free.example"}


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail in the few words that profiles care about."""

    author: str
    to: tuple[str, ...] = ("alice@corp.example",)
    day: float = 0
    subject: str = "quarterly figures"
    name: str = ""
    message_id: str = ""
    refs: tuple[str, ...] = ()
    reply: bool = False
    asks: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    network: str | Unknown = "192.0.2.0/24"
    client: str = "Outlook"
    reply_to: str = ""
    accounts: tuple[str, ...] = ()
    outside: bool = False

    @property
    def at(self):
        return START + timedelta(days=self.day)

    def message(self):
        spelled = self.message_id or sha256(repr(self).encode()).hexdigest()[:16] + "@x.example"
        return Message(
            digest=sha256(repr(self).encode()).hexdigest(),
            size=100,
            from_=(_address(self.author, self.name),),
            to=tuple(_address(each) for each in self.to),
            subject=self.subject,
            date=self.at,
            message_id=spelled,
        )

    def facts(self):
        domain = self.author.rpartition("@")[2]
        own = domain == OWN
        return Facts(
            sender=Sender(
                name=self.name,
                address=self.author,
                domain=domain,
                registrable=registrable(domain),
                place=HERE,
                free_mail=domain in FREE,
                disposable=False,
                role=False,
                own=own,
                person=None,
                namesakes=(),
                name_address="",
                name_domain="",
                name_brand="",
                resembles_own=None,
                resembles_brand=None,
                several=False,
                random_local=False,
            ),
            reply_to=(_reply_to(self.reply_to),) if self.reply_to else (),
            envelope=Envelope(address=self.author, registrable=registrable(domain), place=HERE, elsewhere=False),
            authentication=_authentication(),
            direction=Direction(
                way=Way.INTERNAL if own else Way.INCOMING,
                from_outside=self.outside,
                own_recipients=1,
                other_recipients=0,
                undisclosed=False,
                to_self=False,
            ),
            links=tuple(_link(each) for each in self.links),
            attachments=(),
            codes=(),
            words=Words(
                language="en", count=20, asks=tuple(Ask(kind=kind, quote="…", place=HERE) for kind in self.asks)
            ),
            identifiers=tuple(Identifier(kind="iban", value=each, place=HERE) for each in self.accounts),
            bulk=Bulk(
                list_id="", unsubscribe=False, one_click=False, precedence="", auto=False, bounce=False, platform=""
            ),
            filters=(),
            thread=Thread(
                claims_reply=self.reply or bool(self.refs),
                claims_forward=False,
                ids=self.refs,
                subject_key=self.subject,
                has_quote=False,
                quoted_addresses=(),
            ),
            origin=Origin(
                at=self.at,
                local_hour=self.at.hour,
                zone_minutes=0,
                weekday=self.at.weekday(),
                ip=Unknown("no hop"),
                network=self.network,
                client=self.client,
                message_id_domain="x.example",
                clock_skew_s=Unknown("no hop"),
            ),
            tricks=(),
            brands=(),
        )


def _address(address, name=""):
    return Address(name, address, address.rpartition("@")[2], HERE)


def _reply_to(address):
    domain = address.rpartition("@")[2]
    return ReplyTo(
        address=address,
        domain=domain,
        registrable=registrable(domain),
        place=HERE,
        elsewhere=True,
        free_mail=False,
        own=False,
    )


def _authentication():
    return Authentication(
        authserv="mx.corp.example",
        spf="pass",
        dkim="pass",
        dmarc="pass",
        arc=Unknown("none"),
        spf_domain="",
        dkim_domains=(),
        aligned=True,
        unbelieved=0,
        place=HERE,
    )


def _link(host):
    blank = dict.fromkeys(("shown", "wrapped_by", "redirects_to", "shown_domain", "brand_in_host", "file_kind"), "")
    flags = (
        "own same_as_sender ip_host punycode odd_port userinfo shortener free_host carries_recipient login_words "
        "random_host rare_suffix"
    )
    return Link(
        url=f"https://{host}/",
        host=host,
        registrable=registrable(host),
        scheme="https",
        kind="anchor",
        place=HERE,
        resembles=None,
        **blank,
        **dict.fromkeys(flags.split(), False),
    )


def box(address):
    return Mailbox(id=address, address=address)


class Teller:
    """Teaches a memory by letters and asks it about them."""

    def __init__(self, memory):
        self.memory = memory

    def learn(self, letter, mailbox="alice@corp.example", sent=None):
        sent = letter.author == mailbox if sent is None else sent
        return self.memory.learn(letter.message(), letter.facts(), mailbox=box(mailbox), sent=sent)

    def recall(self, letter, mailbox="alice@corp.example"):
        return self.memory.recall(letter.message(), letter.facts(), mailbox=box(mailbox))

    def forget(self, letter, mailbox="alice@corp.example"):
        return self.memory.forget_mail(letter.message(), letter.facts(), mailbox=box(mailbox))


@pytest.fixture
def letter():
    return Letter


@pytest.fixture
def teller():
    return Teller

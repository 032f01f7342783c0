"""What an attacker knows of an organisation: its people, and what they talk of with others. Made up, or read from mail."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from mailkeep.kit.domains import label
from mailkeep.kit.known import Unknown
from mailkeep.kit.mailboxes import is_role
from mailkeep.mail import Message
from mailkeep.people.directory import Directory
from mailkeep.simulator.company import Client, Company, Employee, Party
from mailkeep.simulator.pen import ROBOT
from mailkeep.simulator.talks import Talk

LEAST_TEXT = 40
"""Characters of a mail worth carrying on."""
CONVERSATIONS_KEPT = 400
REFS_KEPT = 9
TEXT_KEPT = 2_000


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange between somebody outside and one of us, as an attacker who read it could go on with it."""

    subject: str
    """Without reply marks."""
    refs: tuple[str, ...]
    """Message-IDs, oldest first; at least one."""
    ours: Party
    theirs: Party
    last: Party
    """Who wrote last."""
    last_at: datetime
    last_text: str
    house: str
    """What the other side calls itself."""


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """The target of simulated attacks."""

    name: str
    domain: str
    members: tuple[Employee, ...]
    conversations: tuple[Conversation, ...]

    def chiefs(self) -> tuple[Employee, ...]:
        """People whose word moves money; anybody where none is marked."""
        return tuple(each for each in self.members if each.vip) or self.members

    def desk(self, *departments: str) -> tuple[Employee, ...]:
        """People of these departments who are no chiefs; anybody where none is known."""
        found = tuple(each for each in self.members if each.department in departments and not each.vip)
        return found or tuple(each for each in self.members if not each.vip) or self.members


def organisation_of(company: Company, talks: Iterable[Talk]) -> Organisation:
    """The made-up company as an attacker sees it."""
    return Organisation(
        name=company.name,
        domain=company.domain,
        members=company.employees,
        conversations=tuple(_gone_on(talk) for talk in talks if talk.last and talk.vendor and talk.with_us),
    )


def organisation_from(
    messages: Iterable[Message], directory: Directory, *, name: str = "", mailboxes: Iterable[str] = ()
) -> Organisation:
    """A real organisation as an attacker sees it who read these mails.

    Takes: mails of the organisation, some of them from outside to one of ours; the directory says who is ours; with mailboxes
    (addresses), only their owners are members, so that every attack has a mailbox to land in.
    Raises: ValueError when no own domain is known, or nobody of ours wrote.
    """
    mails = list(messages)
    if not directory.own_domains:
        raise ValueError("attacks need an organisation: name its own domains in the directory")
    writers = _parties(mails)
    wanted = frozenset(address.lower() for address in mailboxes)
    members = tuple(each for each in _members(directory, writers) if not wanted or each.address in wanted)
    if not members:
        raise ValueError(
            f"none of {len(mails)} mails was written by anybody at {', '.join(sorted(directory.own_domains))}"
        )
    domain = Counter(each.domain for each in members).most_common(1)[0][0]
    victims = frozenset(each.address for each in members)
    talks = tuple(_conversations(mails, directory, writers, victims))[-CONVERSATIONS_KEPT:]
    return Organisation(
        name=name or domain.partition(".")[0].title(), domain=domain, members=members, conversations=talks
    )


def _gone_on(talk: Talk) -> Conversation:
    vendor, last, ours = talk.vendor, talk.last, talk.with_us
    if vendor is None or last is None or ours is None or talk.last_at is None:
        raise ValueError(f"nobody wrote yet in {talk.subject!r}")
    theirs = last if last in vendor.contacts else vendor.contacts[0]
    return Conversation(
        subject=talk.subject,
        refs=talk.refs,
        ours=ours,
        theirs=theirs,
        last=last,
        last_at=talk.last_at,
        last_text=talk.last_text,
        house=vendor.name,
    )


def _conversations(
    mails: list[Message], directory: Directory, writers: dict[str, Party], victims: frozenset[str]
) -> Iterator[Conversation]:
    """Mails from people outside whom one of us wrote to as well, worth going on with, oldest first."""
    written_to = {each.address for mail in mails if directory.holds(mail.author.address) for each in mail.recipients}
    dated = [(mail.date, mail) for mail in mails if not isinstance(mail.date, Unknown)]
    for at, mail in sorted(dated, key=lambda pair: pair[0]):
        author = mail.author
        ours = next((each for each in mail.to if each.address in victims), None)
        if ours is None or author.address not in written_to or directory.holds(author.address):
            continue
        if is_role(author.address.partition("@")[0]) or not mail.message_id or len(mail.new_text) < LEAST_TEXT:
            continue
        theirs = writers[author.address]
        yield Conversation(
            subject=_bare(mail.subject),
            refs=(*mail.references[-REFS_KEPT:], mail.message_id),
            ours=writers[ours.address],
            theirs=theirs,
            last=theirs,
            last_at=at,
            last_text=mail.text[:TEXT_KEPT],
            house=label(author.domain).title(),
        )


def _parties(mails: list[Message]) -> dict[str, Party]:
    """Everybody who wrote, with the program, zone and hours they write in."""
    written: defaultdict[str, list[Message]] = defaultdict(list)
    for mail in mails:
        if mail.author.address:
            written[mail.author.address].append(mail)
    return {address: _writer(address, own) for address, own in written.items()}


def _writer(address: str, mails: list[Message]) -> Party:
    names = Counter(mail.author.name for mail in mails if mail.author.name)
    programs = Counter(_program(mail) for mail in mails)
    zones = Counter(mail.zone_minutes for mail in mails if not isinstance(mail.zone_minutes, Unknown))
    zone = zones.most_common(1)[0][0] if zones else 0
    hours = [(mail.date.hour + zone // 60) % 24 for mail in mails if not isinstance(mail.date, Unknown)]
    name = _turned(names.most_common(1)[0][0]) if names else _name_of(address)
    ips = Counter(mail.hops[-1].from_ip for mail in mails if mail.hops and mail.hops[-1].from_ip)
    return Party(
        name=name,
        address=address,
        client=programs.most_common(1)[0][0],
        ip=ips.most_common(1)[0][0] if ips else "",
        zone=zone,
        opens=min(hours, default=8),
        closes=max(hours, default=18),
    )


def _members(directory: Directory, writers: dict[str, Party]) -> Iterator[Employee]:
    for address, party in sorted(writers.items()):
        if not directory.holds(address) or is_role(address.partition("@")[0]):
            continue
        person = directory.person_at(address)
        yield Employee(
            **{field: getattr(party, field) for field in Party.__struct_fields__ if field != "name"},
            name=person.name if person and person.name else party.name,
            title=person.title if person else "",
            department=person.department if person else "",
            vip=person.vip if person else False,
        )


def _program(mail: Message) -> Client:
    for header in ("X-Mailer", "User-Agent"):
        value = mail.header(header)
        if value:
            return Client(header, value[:80], "uuid")
    return ROBOT


def _name_of(address: str) -> str:
    return " ".join(word.capitalize() for word in address.partition("@")[0].replace("_", ".").split(".") if word)


def _turned(name: str) -> str:
    """The name with the first name first: Doe, Jane → Jane Doe."""
    last, comma, first = name.strip("'\" ").partition(", ")
    return f"{first} {last}" if comma else last


def _bare(subject: str) -> str:
    bare = subject.strip()
    while bare[:3].lower() in {"re:", "fw:", "aw:"}:
        bare = bare[3:].strip()
    return bare

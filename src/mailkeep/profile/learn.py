"""What one mail teaches: the records it touches, and what each takes from it. Pure: the mail and its facts in, lessons out."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from mailkeep.facts.facts import Facts
from mailkeep.kit.domains import registrable
from mailkeep.kit.known import Unknown
from mailkeep.mail import Message
from mailkeep.people.directory import Mailbox
from mailkeep.profile.keys import (
    TOTAL_KEY,
    display_key,
    domain_key,
    link_key,
    pair_key,
    plain,
    sender_key,
    subject_key,
    tag,
)
from mailkeep.profile.record import RECEIVED, REPLIED, SENT, Record
from mailkeep.profile.shelf import Key

MOST_RECIPIENTS = 64
"""Recipients that one mail makes acquainted; a mail to more says little of each."""
MOST_REPLIED = 5
"""Addressees of an answer that count as answered."""
MOST_LINKS = 12
MOST_VALUES = {
    "hour": 24,
    "weekday": 7,
    "zone": 6,
    "network": 12,
    "client": 6,
    "reply_to": 6,
    "name": 6,
    "link_domain": 16,
    "attachment": 10,
    "ask": 14,
    "language": 4,
    "message_id_domain": 6,
    "auth": 4,
    "account": 8,
    "address": 12,
    "by": 6,
    "who": 24,
}
"""Values kept on each axis. "account": tags of bank details and wallets; "address": those behind a name; "by": who sent links
to a domain; "who": tags of those who took part in a subject."""
PAIR_AXES = ("ask", "attachment", "hour")
DOMAIN_AXES = (
    "network",
    "client",
    "reply_to",
    "link_domain",
    "attachment",
    "ask",
    "language",
    "auth",
    "account",
    "zone",
    "message_id_domain",
)
TOLD = ("network", "client", "language")
"""Axes that many mails say nothing on: a mail in a Sent folder passed no host. The days on which one did are counted."""
_NO_TRAITS: Mapping[str, tuple[str, ...]] = {}


class Lesson(msgspec.Struct, frozen=True, gc=False):
    """What one mail adds to one record."""

    key: Key
    flags: int = RECEIVED
    """`RECEIVED`, `SENT`, `REPLIED`."""
    traits: Mapping[str, tuple[str, ...]] = _NO_TRAITS
    """Axis → values."""
    reach: int = 0
    """Recipients written to."""
    own_copy: bool = False
    """Told by this mailbox's copy alone, so that the mail's other copies do not stand for it."""

    def teach(self, record: Record, second: int) -> None:
        """Adds itself to a record. Days are noted once; `mails`, for display, counts every time."""
        day = second // 86_400
        record.mails += 1
        record.mark(second, self.flags)
        if self.traits:
            record.note("*", "", day, len(TOLD) + 1)
        for axis, values in self.traits.items():
            most = MOST_VALUES[axis]
            if axis in TOLD:
                record.note("*", axis, day, len(TOLD) + 1)
            for value in values:
                record.note(axis, value, day, most)
        if self.reach:
            record.spread(second, self.reach)

    def unteach(self, record: Record, second: int) -> None:
        """Takes the mail's whole day out of a record: what else came on a day of attack is no loss."""
        day = second // 86_400
        record.mails = max(0, record.mails - 1)
        record.unmark(day)
        if self.traits:
            for told in ("", *TOLD):
                record.unnote("*", told, day)
        for axis, values in self.traits.items():
            for value in values:
                record.unnote(axis, value, day)
        if self.reach:
            record.unspread(second, self.reach)


class Sight(msgspec.Struct, frozen=True):
    """Where one copy of a mail was found."""

    mailbox: Mailbox | None
    sent: bool
    """It lies in the owner's own Sent folder."""
    owns: Callable[[str], bool]
    """Whether a lower-case address is ours."""

    @property
    def here(self) -> str:
        """The mailbox's address; empty without one."""
        return plain(self.mailbox.address) if self.mailbox else ""

    def ours(self, address: str) -> bool:
        """True for an address of ours, the mailbox's own always."""
        return address == self.here or self.owns(address)


class Parties(msgspec.Struct, frozen=True, gc=False):
    """Who one mail is between."""

    author: str
    author_own: bool
    own: tuple[str, ...]
    """Recipients that are ours, the mailbox it was found in included."""
    others: tuple[str, ...]
    silent: str = ""
    """The mailbox's address, when no recipient header names it: a blind copy, a list, an alias."""

    @property
    def everybody(self) -> tuple[str, ...]:
        """All recipients."""
        return self.own + self.others


def second_of(facts: Facts) -> int:
    """The mail's moment as a Unix second, at least 1."""
    return max(1, int(facts.origin.at.timestamp()))


def parties(message: Message, facts: Facts, sight: Sight) -> Parties:
    """Who the mail is between."""
    author = plain(facts.sender.address)
    author_own = sight.sent or sight.ours(author)
    recipients = dict.fromkeys(plain(each.address) for each in message.recipients[:MOST_RECIPIENTS] if each.address)
    recipients.pop(author, None)
    own = [address for address in recipients if sight.ours(address)]
    others = tuple(address for address in recipients if not sight.ours(address))
    silent = "" if sight.here in recipients or sight.here == author or sight.sent else sight.here
    return Parties(author, author_own, (*own, silent) if silent else tuple(own), others, silent)


def lessons(message: Message, facts: Facts, sight: Sight) -> Iterator[Lesson]:
    """What the mail teaches, record by record; nothing when it has no author, or forges one of ours from outside."""
    who = parties(message, facts, sight)
    if not who.author or (who.author_own and facts.direction.from_outside):
        return
    traits = _traits(facts)
    yield Lesson(TOTAL_KEY)
    yield from _of_ours(message, facts, sight, who) if who.author_own else _of_theirs(facts, traits)
    yield Lesson(sender_key(who.author), RECEIVED, traits, len(who.own) + len(who.others))
    narrow = _some(traits, PAIR_AXES)
    for own in who.own:
        yield Lesson(pair_key(own, who.author), RECEIVED, narrow, own_copy=own == who.silent)
    yield from _around(facts, who)


def _around(facts: Facts, who: Parties) -> Iterator[Lesson]:
    """What it teaches of names, linked domains and subjects."""
    name = display_key(facts.sender.name)
    if name:
        yield Lesson(name, RECEIVED, {"address": (who.author,)})
    for domain in linked_elsewhere(facts):
        yield Lesson(link_key(domain), RECEIVED, {"by": (who.author,)})
    tags = {"who": tuple(tag(address) for address in (who.author, *who.everybody)[: MOST_VALUES["who"]])}
    for domain in subject_domains(facts, who):
        subject = subject_key(domain, facts.thread.subject_key)
        if subject:
            yield Lesson(subject, SENT if who.author_own else RECEIVED, tags)


def subject_domains(facts: Facts, who: Parties) -> tuple[str, ...]:
    """The registrable domains a conversation is with: the other side's, or our own for talk among us."""
    if not who.author_own:
        return (facts.sender.registrable,)
    outside = dict.fromkeys(_domain(address) for address in who.others[:8])
    return (*outside, facts.sender.registrable) if who.own else tuple(outside)


def linked_elsewhere(facts: Facts) -> tuple[str, ...]:
    """Registrable domains that the mail's links lead to, ours and remote pictures' left out; bounded."""
    away = (link.registrable for link in facts.links if link.registrable and not link.own and link.kind != "image")
    return tuple(dict.fromkeys(away))[:MOST_LINKS]


def _of_theirs(facts: Facts, traits: Mapping[str, tuple[str, ...]]) -> Iterator[Lesson]:
    if facts.sender.registrable:
        yield Lesson(domain_key(facts.sender.registrable), RECEIVED, _some(traits, DOMAIN_AXES))


def _of_ours(message: Message, facts: Facts, sight: Sight, who: Parties) -> Iterator[Lesson]:
    answered = {plain(each.address) for each in message.to[:MOST_REPLIED]} if facts.thread.claims_reply else set()
    writers = {who.author, sight.here} if sight.sent and sight.here else {who.author}
    for other in who.everybody:
        flags = SENT | (REPLIED if other in answered else 0)
        for writer in writers:
            yield Lesson(pair_key(writer, other), flags, own_copy=writer != who.author)
        yield Lesson(sender_key(other), flags)
    replied = {_domain(address) for address in answered}
    for domain in dict.fromkeys(_domain(address) for address in who.others):
        yield Lesson(domain_key(domain), SENT | (REPLIED if domain in replied else 0))


def _domain(address: str) -> str:
    return registrable(address.rpartition("@")[2])


def _some(traits: Mapping[str, tuple[str, ...]], axes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {axis: traits[axis] for axis in axes if axis in traits}


def _traits(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Axis → the values this mail has on it; axes it says nothing on are left out."""
    origin = facts.origin
    found = {
        "hour": _known(origin.local_hour),
        "weekday": _known(origin.weekday),
        "zone": _known(origin.zone_minutes),
        "network": _known(origin.network),
        "client": _known(origin.client),
        "reply_to": tuple(reply.address for reply in facts.reply_to[:2]),
        "name": (facts.sender.name,),
        "link_domain": linked_elsewhere(facts),
        "attachment": tuple(dict.fromkeys(each.true_type for each in facts.attachments[:8])),
        "ask": tuple(dict.fromkeys(ask.kind for ask in facts.words.asks)),
        "language": _known(facts.words.language),
        "message_id_domain": (origin.message_id_domain,),
        "auth": (auth_word(facts),),
        "account": tuple(
            tag(each.value) for each in facts.identifiers[:8] if each.kind in {"iban", "bank-account", "wallet"}
        ),
    }
    return {axis: kept for axis, values in found.items() if (kept := tuple(value for value in values if value))}


def auth_word(facts: Facts) -> str:
    """The "auth" axis' word: pass, fail or none."""
    aligned = facts.authentication.aligned
    if isinstance(aligned, Unknown):
        return "none"
    return "pass" if aligned else "fail"


def _known(value: str | int | Unknown) -> tuple[str, ...]:
    return () if isinstance(value, Unknown) else (str(value),)

"""The past of one mail as a History: which records to ask for, and what they say as of the mail's moment."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from mailkeep.facts.facts import Facts
from mailkeep.kit.known import Unknown
from mailkeep.mail import Message
from mailkeep.profile.history import NOBODY, Acquaintance, Habit, Learned, ThreadPast
from mailkeep.profile.keys import (
    TOTAL_KEY,
    display_key,
    domain_key,
    link_key,
    pair_key,
    sender_key,
    subject_key,
    tag,
    thread_key,
)
from mailkeep.profile.learn import Parties, linked_elsewhere, second_of, subject_domains
from mailkeep.profile.record import SLOT_S, Record, Sighting
from mailkeep.profile.shelf import Key

MOST_IDS = 12
"""Claimed Message-IDs looked up: the newest ones and the thread's first."""
MOST_NEW = 24
"""Recipients looked up one by one."""
FRESH_S = 6 * 3600
"""A party that nobody of us wrote to is a stranger until its first mail is this old: the second wave of a campaign does not
profit from the first."""

Records = Mapping[Key, Record]
Sightings = Mapping[Key, Sighting]


class Question:
    """One mail's questions to the shelf, and the answers put together."""

    def __init__(self, message: Message, facts: Facts, who: Parties, here: str) -> None:
        """Takes: `here` is the mailbox's address, empty without one."""
        self.message, self.facts, self.who, self.here = message, facts, who, here
        self.second = second_of(facts)
        self.day = self.second // 86_400
        self.name = display_key(facts.sender.name)
        self.links = linked_elsewhere(facts)
        claimed = facts.thread.ids
        self.ids = claimed if len(claimed) <= MOST_IDS else (claimed[0], *claimed[1 - MOST_IDS :])
        self.subjects = tuple(
            key for domain in subject_domains(facts, who) if (key := subject_key(domain, facts.thread.subject_key))
        )
        self.written = tuple(self._written())

    def _written(self) -> Iterator[Key]:
        """The pairs that show whether the author ever wrote to each recipient."""
        if self.who.author_own:
            yield from (pair_key(self.who.author, other) for other in self.who.everybody[:MOST_NEW])
        else:
            yield from (pair_key(own, self.who.author) for own in self.who.own[:MOST_NEW])

    def records(self) -> Iterator[Key]:
        """Keys of the records it needs."""
        yield TOTAL_KEY
        yield sender_key(self.who.author)
        yield domain_key(self.facts.sender.registrable)
        if self.here:
            yield pair_key(self.here, self.who.author)
        if self.facts.reply_to:
            yield sender_key(self.facts.reply_to[0].address)
        if self.name:
            yield self.name
        yield from self.subjects
        yield from self.written
        yield from (link_key(domain) for domain in self.links)

    def sightings(self) -> Iterator[Key]:
        """Keys of the sightings it needs."""
        return (thread_key(each) for each in self.ids)

    def met(self, record: Record | None) -> bool:
        """True when this party was known before the mail: written to by us, or writing to us for some hours."""
        if record is None or not record.first or record.first >= self.second:
            return False
        return self.second - record.first >= FRESH_S or record.wrote_on(self.day)

    def acquaintance(self, record: Record | None) -> Acquaintance:
        """What the record says as of the mail's moment; its own day is left out of every count."""
        if record is None or not self.met(record):
            return NOBODY
        counts = record.counts(self.day)
        last = record.last if record.last < self.second else max(record.first, counts.last_day * 86_400)
        return Acquaintance(
            received=counts.received,
            sent=counts.sent,
            replied=counts.replied if counts.received else 0.0,
            days=counts.days,
            weeks=counts.weeks,
            first_seen=_moment(record.first),
            last_seen=_moment(last),
            habit=self.habit(record),
        )

    def habit(self, record: Record) -> Habit:
        """What was usual before the mail's day."""
        if not record.axes:
            return Habit()
        axes: dict[str, dict[str, float]] = {}
        for axis, tallies in record.axes.items():
            seen = {value: amount for value, tally in tallies.items() if (amount := tally.before(self.day)) > 0}
            if seen:
                axes[axis] = seen
        told = axes.pop("*", {})
        return Habit(mails=told.pop("", 0.0), axes=axes, told=told)

    def addresses_of_name(self, records: Records) -> Mapping[str, float]:
        """Addresses that bore the sender's display name before."""
        record = records.get(self.name) if self.name else None
        return self.habit(record).axes.get("address", {}) if record is not None and self.met(record) else {}

    def thread(self, records: Records, sightings: Sightings) -> ThreadPast:
        """Whether the conversation it claims took place."""
        if not (self.ids or self.facts.thread.claims_reply):
            return ThreadPast(subject_known=Unknown("claims no conversation"), sender_took_part=Unknown("claims none"))
        known = [seen for key in self.sightings() if (seen := sightings.get(key)) and seen.at < self.second]
        subjects = [record for key in self.subjects if self.met(record := records.get(key)) and record]
        author = tag(self.who.author)
        took_part = any(author == seen.author or author in seen.others for seen in known)
        took_part = took_part or any(
            tally.before(self.day) > 0 for record in subjects if (tally := record.axes.get("who", {}).get(author))
        )
        return ThreadPast(
            known_ids=len(known),
            claimed_ids=len(self.facts.thread.ids),
            subject_known=bool(subjects) if self.subjects else Unknown("subject too short to tell a conversation by"),
            sender_took_part=took_part,
        )

    def new_recipients(self, records: Records) -> int:
        """Recipients the author had never written to before this mail."""
        return sum(not self._wrote_before(records.get(key)) for key in self.written)

    def _wrote_before(self, record: Record | None) -> bool:
        if record is None or not 0 < record.first < self.second:
            return False
        counts = record.counts(self.day)
        return bool(counts.sent if self.who.author_own else counts.received)

    def daily_recipients(self, record: Record | None) -> float | Unknown:
        """Mean recipients a day on the days the author wrote, this one left out. Only the newest days are remembered: for a
        mail older than those, they stand for the ones before it.
        """
        if record is None or not 0 < record.first < self.second:
            return Unknown("never seen to write")
        past = [count for day, count in record.reach.items() if day < self.day]
        past = past or [count for day, count in record.reach.items() if day != self.day]
        return sum(past) / len(past) if past else Unknown("never seen to write")

    def recipients_today(self, record: Record | None) -> int:
        """Recipients written to on the mail's day, in the five-minute slots before its own."""
        if record is None:
            return 0
        start, slot = self.day * 86_400 // SLOT_S, self.second // SLOT_S
        return sum(count for each, count in record.slots.items() if start <= each < slot)

    def learned(self, record: Record | None) -> Learned:
        """How much past there is, as of the mail's moment: the share of days before it, so that one mail with a made-up date
        far ahead changes nothing.
        """
        if record is None or not record.first or record.first >= self.second:
            return Learned()
        days, every = record.counts(self.day + 1).days, record.counts(max(self.day, record.last // 86_400) + 1).days
        until = min(record.last, self.second)
        return Learned(
            mails=round(record.mails * days / max(1, every)), since=_moment(record.first), until=_moment(until)
        )

    def link_senders(self, records: Records) -> dict[str, tuple[Key, ...]]:
        """Linked domain → records of those who sent links to it before."""
        found = {}
        for domain in self.links:
            record = records.get(link_key(domain))
            if record is not None and 0 < record.first < self.second:
                by = record.axes.get("by", {})
                found[domain] = tuple(sender_key(name) for name, tally in by.items() if tally.before(self.day) > 0)
        return found

    def reply_key(self) -> Key | None:
        """The record of the first Reply-To address that is not From's."""
        return sender_key(self.facts.reply_to[0].address) if self.facts.reply_to else None


def established(record: Record, day: int) -> bool:
    """True when the record's relation was established before this day; see `Acquaintance.established`."""
    return record.counts(day).weeks >= 3 and record.wrote_on(day - 1)


def author_tags(who: Parties) -> tuple[str, list[str]]:
    """Tags of author and recipients, for a sighting."""
    return tag(who.author), [tag(each) for each in who.everybody[:MOST_NEW]]


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)

"""The organisation's memory: learns every mail, recalls the past of any, over whatever shelf it is given.

Costs, measured in November 2026, CPU time of one core. Made-up mail of 100,000 pairs (556,000 mails both ways, 20,000
domains, 1,000 of us): learn 0.13 ms and recall 0.24 ms a mail at the median, 0.36 and 0.58 ms for 99 of 100. One real
organisation of 45,987 mails, on a busy machine: 0.20 and 0.30 ms at the median, 2.2 and 1.1 ms for 99 of 100.
Disk: 180 MB of content for these pairs; SQLite adds half (55 MB for 38 MB at 20,000 pairs). So about 2.6 GB for a million pairs
with 5.6 million mails: 1.3 GB of relations, 0.7 GB of subjects, 0.7 GB of sightings, which `expire` bounds.
Memory does not grow with the shelf: at most `cache.CAPACITY` entries are in hand (about 2 kB each, a busy sender 6.5 kB), and
the look-alike index of established contacts' domains, 0.1 to 0.3 ms a domain to build, at the start and for new ones.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mailkeep.facts.facts import Facts
from mailkeep.kit.domains import registrable
from mailkeep.kit.lookalike import Lookalikes, Resemblance
from mailkeep.kit.mailboxes import is_free_mail
from mailkeep.mail import Message
from mailkeep.people import infer as people
from mailkeep.people.directory import Directory, Mailbox
from mailkeep.people.infer import infer
from mailkeep.profile.cache import CAPACITY, Desk
from mailkeep.profile.history import History
from mailkeep.profile.keys import (
    ALIAS,
    DOMAIN,
    HOME,
    SENDER,
    TOTAL_KEY,
    domain_key,
    home_key,
    mail_key,
    pair_key,
    plain,
    sender_key,
    tag,
    thread_key,
)
from mailkeep.profile.learn import Sight, lessons, parties, second_of
from mailkeep.profile.portrait import erase, portrait
from mailkeep.profile.recall import Question, author_tags, established
from mailkeep.profile.record import Record, Sighting
from mailkeep.profile.shelf import Key, Shelf
from mailkeep.profile.tally import ONE, Tally

STALE_AFTER = 500
"""Mails learned until directory and look-alike index are read anew, or a tenth of all, whichever is more."""
NEWCOMERS = 20
"""The directory is read anew when one mailbox in so many is new: while a large tenant is first learned, each of its mailboxes
is new once."""
INDEXES = 8
"""Look-alike indexes side by side before they are joined."""
HOMES_TAGGED = 256
"""Mailboxes that one mail is remembered to have been learned from."""


class Memory:
    """All that is remembered of one tenant's mail. Not for several threads at once."""

    def __init__(self, shelf: Shelf, directory: Directory | None = None, capacity: int = CAPACITY) -> None:
        """Takes: the operator's or provider's directory where there is one; entries held in hand at the most."""
        self._shelf = shelf
        self._desk = Desk(shelf, capacity)
        self._given = directory or Directory()
        self._homes = {key[1] for key, _ in shelf.scan(HOME)}
        self._domains: frozenset[str] | None = None
        self._since_read = 0
        self._directory: Directory | None = None
        self._newcomers = self._since_inferred = 0
        self._friends: list[Lookalikes] = []
        self._friends_stale = True
        self._friend_domains: frozenset[str] = frozenset()

    def adopt(self, directory: Directory) -> None:
        """Takes over a directory from an identity provider or the operator; what is inferred only adds to it."""
        self._given = directory
        self._directory = None

    def owns(self, address: str) -> bool:
        """True when the lower-case address is one of ours."""
        domain = address.rpartition("@")[2]
        if address in self._homes or f"{ALIAS}{address}" in self._homes or self._given.holds(address):
            return True
        return not self._given.own_domains and registrable(domain) in self._home_domains()

    def learn(
        self,
        message: Message,
        facts: Facts,
        *,
        mailbox: Mailbox,
        sent: bool,
        pardon: bool = False,
    ) -> bool:
        """Takes one mail's lessons; gives False when there were none to take: this copy was learned before, the mail was
        forgotten as an attack (unless `pardon`), has no author, or forges one of ours.

        Copies of one mail in several mailboxes count once for everybody they concern. Any order of mails gives the same memory.
        """
        self._settle(mailbox, facts, sent=sent)
        sight = Sight(mailbox, sent, self.owns)
        taught = list(lessons(message, facts, sight))
        if not taught:
            return False
        here, second = tag(sight.here), second_of(facts)
        seen_key, thread = mail_key(message), thread_key(message.message_id)
        self._desk.fetch([seen_key, thread, *(lesson.key for lesson in taught)])
        seen = self._desk.sighting(seen_key)
        if seen is not None and ((seen.forgotten and not pardon) or (here in seen.others and not seen.forgotten)):
            return False
        again = seen is not None and not seen.forgotten
        for lesson in taught:
            if not again or lesson.own_copy:
                lesson.teach(self._desk.open_record(lesson.key), second)
        others = [*seen.others[-HOMES_TAGGED:], here] if again and seen is not None else [here]
        self._desk.put(seen_key, Sighting(min(second, seen.at) if seen else second, "", others))
        self._sight_thread(message, facts, sight, thread)
        self._since_read += 1
        self._since_inferred += 1
        self._desk.trim()
        return True

    def forget_mail(self, message: Message, facts: Facts, *, mailbox: Mailbox, sent: bool = False) -> bool:
        """Takes back what a mail taught, when it proves to be an attack, and learns no further copy of it; gives False when
        nothing was learned from it. The whole day goes with it for the parties it touched: no loss on a day of attack.
        """
        sight = Sight(mailbox, sent, self.owns)
        taught = list(lessons(message, facts, sight))
        seen_key, thread = mail_key(message), thread_key(message.message_id)
        self._desk.fetch([seen_key, thread, *(lesson.key for lesson in taught)])
        seen = self._desk.sighting(seen_key)
        second = second_of(facts)
        self._desk.put(seen_key, Sighting(second, "", [], forgotten=True))
        if seen is None or seen.forgotten:
            return False
        for lesson in taught:
            record = self._desk.record(lesson.key)
            if record is not None and lesson.key != TOTAL_KEY:
                lesson.unteach(record, second)
                self._desk.put(lesson.key, record if record.first else None)
        known = self._desk.sighting(thread)
        if known is not None and known.author == tag(plain(facts.sender.address)):
            self._desk.put(thread, None)
        return True

    def recall(self, message: Message, facts: Facts, *, mailbox: Mailbox | None) -> History:
        """The past around one mail, as of its moment: neither itself nor its day's counts nor anything later are in it,
        whether it was learned before or not. Costs: two questions to the shelf at the most.
        """
        sight = Sight(mailbox, False, self.owns)
        who = parties(message, facts, sight)
        asked = Question(message, facts, who, sight.here)
        record_keys, sighting_keys = list(asked.records()), list(asked.sightings())
        self._desk.fetch([*record_keys, *sighting_keys])
        records = {key: record for key in record_keys if (record := self._desk.record(key)) is not None}
        sightings = {key: seen for key in sighting_keys if (seen := self._desk.sighting(key)) is not None}
        sender = records.get(sender_key(who.author))
        domain = None if facts.sender.free_mail else records.get(domain_key(facts.sender.registrable))
        reply = asked.reply_key()
        history = History(
            at=facts.origin.at,
            learned=asked.learned(records.get(TOTAL_KEY)),
            pair=asked.acquaintance(records.get(pair_key(sight.here, who.author))),
            sender=asked.acquaintance(sender),
            domain=asked.acquaintance(domain),
            reply_to=asked.acquaintance(records.get(reply) if reply else None),
            name_addresses=asked.addresses_of_name(records),
            resembles=self._resembling(facts),
            known_link_domains=self._known_links(asked, records),
            new_recipients=asked.new_recipients(records),
            daily_recipients=asked.daily_recipients(sender),
            recipients_today=asked.recipients_today(sender),
            thread=asked.thread(records, sightings),
        )
        self._desk.trim()
        return history

    def directory(self) -> Directory:
        """Who is who: what was given, and beside it our domains and the people who write from them, inferred from the mail.

        Costs: reads every sender once, and again when memory has grown by a tenth or some mailboxes are new.
        """
        self._refresh()
        if self._directory is None or self._is_outgrown():
            self._directory = self._infer()
            self._newcomers = self._since_inferred = 0
        return self._directory

    def export(self, address: str) -> dict[str, Any]:
        """Everything remembered of one person, ready for JSON. Costs: reads that person's records and all names."""
        return portrait(self._desk, plain(address.lower()))

    def erase(self, address: str) -> int:
        """Removes everything that is kept under a person's address or mentions it; gives how many entries were touched.

        Costs: reads the whole shelf once.
        """
        gone = plain(address.lower())
        touched = erase(self._desk, self._shelf, gone)
        self._homes -= {gone, f"{ALIAS}{gone}"}
        self._domains = self._directory = None
        return touched

    def expire(self, before: datetime) -> int:
        """Removes sightings (Message-IDs, mails known again) older than this moment; gives how many. Records fade alone."""
        limit, gone = int(before.timestamp()), []
        for kind in ("thread", "mail"):
            gone += [key for key, seen in self._desk.scan(kind) if isinstance(seen, Sighting) and seen.at < limit]
        self._desk.forget()
        self._shelf.delete_many(gone)
        return len(gone)

    def flush(self) -> None:
        """Puts every change on the shelf."""
        self._desk.flush()

    def reload(self) -> None:
        """Drops what is in hand, so that the shelf is read anew: for when another process wrote to it. Flushes first."""
        self._desk.forget()

    def _settle(self, mailbox: Mailbox, facts: Facts, *, sent: bool) -> None:
        """Remembers whose mailboxes these are, and under which other addresses their owners write."""
        author = plain(facts.sender.address) if sent else ""
        for home in (plain(mailbox.address), f"{ALIAS}{author}" if author else ""):
            if home and home not in self._homes:
                self._homes.add(home)
                self._desk.put(home_key(home), Sighting(1))
                self._domains = None
                self._newcomers += 1

    def _is_outgrown(self) -> bool:
        """True when the directory lacks mailboxes: many of them, or some for long enough."""
        many = self._newcomers * NEWCOMERS >= len(self._homes)
        return self._newcomers > 0 and (many or self._since_inferred >= STALE_AFTER)

    def _home_domains(self) -> frozenset[str]:
        if self._domains is None:
            domains = {registrable(home.rpartition("@")[2]) for home in self._homes if not home.startswith(ALIAS)}
            self._domains = frozenset(domain for domain in domains if domain and not is_free_mail(domain))
        return self._domains

    def _sight_thread(self, message: Message, facts: Facts, sight: Sight, key: Key) -> None:
        if not message.message_id or self._desk.sighting(key) is not None:
            return
        author, others = author_tags(parties(message, facts, sight))
        self._desk.put(key, Sighting(second_of(facts), author, others))

    def _resembling(self, facts: Facts) -> tuple[Resemblance, ...]:
        self._refresh()
        if self._friends_stale:
            self._gather_friends()
        asked = dict.fromkeys((facts.sender.registrable, *(reply.registrable for reply in facts.reply_to[:2])))
        strangers = (each for each in asked if each and each not in self._friend_domains and not self.owns(f"@{each}"))
        return tuple(found for domain in strangers if (found := self._closest(domain)))

    def _closest(self, domain: str) -> Resemblance | None:
        found = [each for index in self._friends if (each := index.closest(domain))]
        return max(found, key=lambda each: each.closeness, default=None)

    def _gather_friends(self) -> None:
        """Brings the index of established contacts' domains up to date: new ones get an index of their own, so that a large
        organisation does not wait for all of them; from time to time all are joined.
        """
        names = {
            key[1]
            for key, record in self._desk.scan(DOMAIN)
            if isinstance(record, Record)
            and established(record, record.last // 86_400 + 1)
            and not self.owns(f"@{key[1]}")
        }
        new = names - self._friend_domains
        if len(self._friends) >= INDEXES or 2 * len(new) > len(names):
            self._friends, self._friend_domains, new = [], frozenset(), names
        if new:
            self._friends.append(Lookalikes({name: name for name in sorted(new)}))
            self._friend_domains |= new
        self._friends_stale = False

    def _known_links(self, asked: Question, records: dict[Key, Record]) -> frozenset[str]:
        senders = asked.link_senders(records)
        self._desk.fetch({key for keys in senders.values() for key in keys})
        return frozenset(
            domain
            for domain, keys in senders.items()
            if any((record := self._desk.record(key)) is not None and established(record, asked.day) for key in keys)
        )

    def _refresh(self) -> None:
        total = self._desk.record(TOTAL_KEY)
        if self._since_read < max(STALE_AFTER, (total.mails if total else 0) // 10):
            return
        self._since_read = 0
        self._directory = None
        self._friends_stale = True

    def _infer(self) -> Directory:
        own = self._given.own_domains
        vips = [address for person in self._given.people if person.vip for address in person.addresses]
        return infer(self._sightings(), own_domains=own, vips=vips, people=self._given.people)

    def _sightings(self) -> Iterator[people.Sighting]:
        """Every address of ours that wrote, once for each name it bore, and every mailbox."""
        for home in self._homes:
            yield people.Sighting(address=home.removeprefix(ALIAS), mailbox=not home.startswith(ALIAS), mails=0.0)
        for key, record in self._desk.scan(SENDER):
            if not isinstance(record, Record) or not record.reach or not self.owns(key[1]):
                continue
            sent = f"{ALIAS}{key[1]}" in self._homes
            names = record.axes.get("name") or {"": Tally(amount=ONE)}
            for name, tally in names.items():
                yield people.Sighting(address=key[1], name=name, mails=tally.amount / ONE, sent=sent)

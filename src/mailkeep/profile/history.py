"""What is known of the people in one mail, as of one moment: the frozen view that detectors judge by."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from mailkeep.kit.known import Unknown
from mailkeep.kit.lookalike import Resemblance


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """What one sender usually does. Days are counted, not mails, so that a flood weighs one day. Every count decays."""

    mails: float = 0.0
    """Decayed number of past days with mail behind this view, the present mail's day never included."""
    axes: Mapping[str, Mapping[str, float]] = {}
    """Axis → value → decayed count. Axes: "hour" ("0".."23" on the sender's clock), "weekday", "zone", "network", "client",
    "reply_to", "name", "link_domain", "attachment", "ask", "language", "message_id_domain", "auth" (pass, fail, none),
    "account" (`profile.keys.tag` of each IBAN, bank account or wallet)."""

    told: Mapping[str, float] = {}
    """For axes that many mails say nothing on ("network", "client", "language"): decayed days on which one did."""

    def share(self, axis: str, value: str) -> float | Unknown:
        """Share 0..1 of past days that had this value on this axis; Unknown before the axis was ever seen."""
        seen = self.axes.get(axis)
        if not seen:
            return Unknown(f"no past {axis}")
        return min(1.0, seen.get(value, 0.0) / self._days(axis))

    def usual(self, axis: str, most: int = 3) -> tuple[tuple[str, float], ...]:
        """The most frequent values with their shares, for display."""
        seen = sorted(self.axes.get(axis, {}).items(), key=lambda item: -item[1])[:most]
        return tuple((value, min(1.0, count / self._days(axis))) for value, count in seen)

    def _days(self, axis: str) -> float:
        return max(self.told.get(axis, self.mails), 1e-9)


class Acquaintance(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one party: who wrote to whom, how often, since when. All zero means never seen."""

    received: float = 0.0
    """Decayed number of days on which they wrote to us; for a colleague, wrote at all."""
    sent: float = 0.0
    """Decayed number of days on which we wrote to them."""
    replied: float = 0.0
    """Decayed number of days on which we answered them."""
    days: int = 0
    """Distinct days with mail either way; a flood on one day counts once."""
    weeks: int = 0
    """Distinct ISO weeks with mail either way."""
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    habit: Habit = Habit()

    @property
    def known(self) -> bool:
        """True when any mail went either way before this moment."""
        return self.first_seen is not None

    @property
    def established(self) -> bool:
        """True for a relation an attacker cannot make within a week: several weeks, and we wrote to them too."""
        return self.weeks >= 3 and self.sent > 0

    def silent_days(self, at: datetime) -> float | Unknown:
        """Days since the last mail either way; Unknown when never seen."""
        if self.last_seen is None:
            return Unknown("never seen")
        return max(0.0, (at - self.last_seen).total_seconds() / 86_400)


NOBODY = Acquaintance()
"""The acquaintance with somebody never seen."""


class ThreadPast(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the conversation a mail claims to continue ever took place here."""

    known_ids: int = 0
    """How many of the claimed Message-IDs this organisation has seen."""
    claimed_ids: int = 0
    subject_known: bool | Unknown = Unknown("no history yet")
    """This subject was seen before between the sender's domain and us."""
    sender_took_part: bool | Unknown = Unknown("no history yet")
    """The From address took part in the known conversation."""


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """How much past stands behind a History, so that its silence can be weighed."""

    mails: int = 0
    since: datetime | None = None
    until: datetime | None = None

    @property
    def days(self) -> float:
        """Days of mail learned."""
        if self.since is None or self.until is None:
            return 0.0
        return (self.until - self.since).total_seconds() / 86_400


class History(msgspec.Struct, frozen=True, kw_only=True):
    """The communication DNA around one mail. With nothing learned every party is NOBODY and `learned.mails` is 0."""

    at: datetime
    """The moment the view is of; what came later is not in it, nor is the mail itself."""
    learned: Learned = Learned()
    pair: Acquaintance = NOBODY
    """This From address ↔ the mailbox's owner."""
    sender: Acquaintance = NOBODY
    """This From address ↔ the whole organisation. For a colleague: how this colleague writes."""
    domain: Acquaintance = NOBODY
    """The From registrable domain ↔ the whole organisation (the vendor); NOBODY's view for free-mail domains."""
    reply_to: Acquaintance = NOBODY
    """The first Reply-To address that differs from From ↔ the organisation."""
    name_addresses: Mapping[str, float] = {}
    """Addresses that used this display name before, with decayed counts."""
    resembles: tuple[Resemblance, ...] = ()
    """Domains of established contacts that the sender's (or Reply-To's) domain imitates."""
    known_link_domains: frozenset[str] = frozenset()
    """Those registrable link domains of this mail that were seen in earlier mail of anybody established."""
    new_recipients: int = 0
    """How many of this mail's recipients the sender had never written to."""
    daily_recipients: float | Unknown = Unknown("no history yet")
    """The sender's usual recipients a day, mean."""
    recipients_today: int = 0
    """Recipients the sender wrote to on this mail's day before it."""
    thread: ThreadPast = ThreadPast()

    @property
    def speaks(self) -> bool:
        """True once enough was learned for "never seen" to mean something: 200 mails over two weeks."""
        return self.learned.mails >= 200 and self.learned.days >= 14

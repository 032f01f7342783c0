"""What is kept of one subject — a pair, a sender, a domain, a name: the days with mail, and what was usual in it.

Costs (measured with 100,000 pairs of a made-up company, see tests/profile/test_memory.py): see `profile.memory`.
"""

from bisect import bisect_left

import msgspec

from mailkeep.profile.decay import faded, week_of
from mailkeep.profile.tally import ONE, Tally

RECEIVED, SENT, REPLIED = 1, 2, 4
"""Flags of a day: they wrote to us; we wrote to them; we answered them."""
DAYS_KEPT = 48
"""Days remembered one by one; older ones are folded into the tail."""
REACH_DAYS = 40
SLOT_S = 300
"""Length of a slot in seconds: how finely recipients written to within a day are timed."""
SLOTS_KEPT = 48
LONGEST_VALUE = 96
"""Characters of a value that are kept."""


class Tail(msgspec.Struct, array_like=True, gc=False):
    """The folded days before those remembered one by one."""

    at: int
    """Newest folded day; the counts are as of it."""
    first: int
    days: int
    weeks: int
    received: int
    sent: int
    replied: int
    """Decayed days in 1/1024."""

    def take(self, day: int, flags: int) -> None:
        """Folds one more day in, older or newer than the newest folded one. The same old day twice is not noticed."""
        if day > self.at:
            fade = faded(day - self.at)
            self.received, self.sent, self.replied = (
                round(self.received * fade),
                round(self.sent * fade),
                round(self.replied * fade),
            )
            self.weeks += week_of(day) != week_of(self.at)
            self.at = day
        self.first = min(self.first, day)
        self.days += 1
        share = round(ONE * faded(self.at - day))
        self.received += share if flags & RECEIVED else 0
        self.sent += share if flags & SENT else 0
        self.replied += share if flags & REPLIED else 0


class Counts(msgspec.Struct, frozen=True, gc=False):
    """A record's days, as of one day's beginning."""

    received: float = 0.0
    sent: float = 0.0
    replied: float = 0.0
    days: int = 0
    weeks: int = 0
    last_day: int = 0
    """Newest day counted here; 0 when none."""


class Record(msgspec.Struct, array_like=True, gc=False):
    """What is kept of one subject. Every count is of days, so the same mail learned twice changes nothing."""

    first: int = 0
    """Unix second of the first mail; 0 before any."""
    last: int = 0
    mails: int = 0
    """Mails learned, for display; never decays and nothing is judged by it."""
    base: int = 0
    days: list[int] = []
    """Sorted; each is (day - base) << 3 | flags."""
    tail: Tail | None = None
    axes: dict[str, dict[str, Tally]] = {}
    reach: dict[int, int] = {}
    """Day → recipients written to, newest days."""
    slots: dict[int, int] = {}
    """Slot → recipients written to, newest slots."""

    def mark(self, second: int, flags: int) -> None:
        """Notes mail of this kind at this moment."""
        self.first = min(self.first or second, second)
        self.last = max(self.last, second)
        day = second // 86_400
        if self.tail is not None and day <= self.tail.at:
            if day != self.tail.at:
                self.tail.take(day, flags)
            return
        self._place(day, flags)
        if len(self.days) > DAYS_KEPT:
            self._fold()

    def _place(self, day: int, flags: int) -> None:
        if not self.days:
            self.base = day
        elif day < self.base:
            shift = self.base - day << 3
            self.days = [entry + shift for entry in self.days]
            self.base = day
        code = day - self.base << 3
        where = bisect_left(self.days, code)
        if where < len(self.days) and self.days[where] >> 3 == code >> 3:
            self.days[where] |= flags
        else:
            self.days.insert(where, code | flags)

    def _fold(self) -> None:
        oldest = self.days.pop(0)
        day = self.base + (oldest >> 3)
        if self.tail is None:
            self.tail = Tail(day, day, 0, 1, 0, 0, 0)
        self.tail.take(day, oldest & 7)
        shift = self.days[0] >> 3
        self.base += shift
        self.days = [entry - (shift << 3) for entry in self.days]

    def unmark(self, day: int) -> None:
        """Takes one day out again. Folded days stay."""
        code = day - self.base << 3
        where = bisect_left(self.days, code)
        if where < len(self.days) and self.days[where] >> 3 == code >> 3:
            del self.days[where]
        if not self.days and self.tail is None:
            self.first = self.last = 0
            return
        if self.first // 86_400 == day:
            self.first = self.base * 86_400 + (self.days[0] >> 3) * 86_400
        if self.last // 86_400 == day:
            newest = self.base + (self.days[-1] >> 3) if self.days else self.tail.at if self.tail else day
            self.last = max(self.first, newest * 86_400)

    def counts(self, day: int) -> Counts:
        """The days before this one. Costs: at most `DAYS_KEPT` steps."""
        received = sent = replied = 0.0
        days = weeks = last_day = 0
        week = -1
        if self.tail is not None and self.tail.first < day:
            received, sent, replied, days, weeks, last_day = _tail_counts(self.tail, day)
            week = week_of(last_day)
        for entry in self.days:
            this = self.base + (entry >> 3)
            if this >= day:
                break
            left = faded(day - this)
            received += left if entry & RECEIVED else 0.0
            sent += left if entry & SENT else 0.0
            replied += left if entry & REPLIED else 0.0
            days += 1
            if week_of(this) != week:
                week = week_of(this)
                weeks += 1
            last_day = this
        return Counts(received, sent, replied, days, weeks, last_day)

    def wrote_on(self, day: int) -> bool:
        """True when we wrote to them on this day or before."""
        if self.tail is not None and self.tail.sent:
            return True
        return any(entry & SENT and self.base + (entry >> 3) <= day for entry in self.days)

    def note(self, axis: str, value: str, day: int, most: int) -> None:
        """Counts one value on one axis, keeping at most so many: the rarest gives way, and inherits nothing, so that many new
        values in a row push out each other and not what is usual.
        """
        values = self.axes.setdefault(axis, {})
        tally = values.get(value[:LONGEST_VALUE])
        if tally is None:
            if len(values) >= most:
                rarest = min(values, key=lambda name: values[name].amount * faded(day - values[name].last))
                del values[rarest]
            tally = values[value[:LONGEST_VALUE]] = Tally()
        tally.add(day)

    def unnote(self, axis: str, value: str, day: int) -> None:
        """Takes one day of one value out again."""
        values = self.axes.get(axis, {})
        tally = values.get(value[:LONGEST_VALUE])
        if tally is not None and tally.drop(day):
            del values[value[:LONGEST_VALUE]]
            if not values:
                del self.axes[axis]

    def spread(self, second: int, recipients: int) -> None:
        """Counts recipients written to at this moment."""
        for counts, moment, most in (
            (self.reach, second // 86_400, REACH_DAYS),
            (self.slots, second // SLOT_S, SLOTS_KEPT),
        ):
            counts[moment] = counts.get(moment, 0) + recipients
            if len(counts) > most:
                del counts[min(counts)]

    def unspread(self, second: int, recipients: int) -> None:
        """Takes recipients out again."""
        for counts, moment in ((self.reach, second // 86_400), (self.slots, second // SLOT_S)):
            left = counts.get(moment, 0) - recipients
            if left > 0:
                counts[moment] = left
            else:
                counts.pop(moment, None)


class Sighting(msgspec.Struct, array_like=True, gc=False):
    """One mail that went by: enough to know it again and who took part, nothing of what it said."""

    at: int
    """Unix second; the earliest copy's."""
    author: str = ""
    """Tag of the From address."""
    others: list[str] = []
    """Tags of recipients, bounded."""
    forgotten: bool = False
    """It was judged an attack: nothing is learned from it, from no copy."""


def _tail_counts(tail: Tail, day: int) -> tuple[float, float, float, int, int, int]:
    """The tail as of a day; within the tail's own time it is shared out evenly."""
    if day > tail.at:
        left = faded(day - tail.at) / ONE
        return tail.received * left, tail.sent * left, tail.replied * left, tail.days, tail.weeks, tail.at
    part = (day - tail.first) / (tail.at - tail.first + 1)
    left = part / ONE / max(faded(tail.at - day), 1e-9)
    weeks = max(1, int(tail.weeks * part))
    days = max(1, int(tail.days * part))
    return tail.received * left, tail.sent * left, tail.replied * left, days, weeks, day - 1


_pack = msgspec.msgpack.Encoder().encode
_unpack_record = msgspec.msgpack.Decoder(Record).decode
_unpack_sighting = msgspec.msgpack.Decoder(Sighting).decode


def pack(entry: Record | Sighting) -> bytes:
    """The entry as compact MessagePack."""
    return _pack(entry)


def unpack_record(packed: bytes) -> Record:
    """A record from what `pack` gave."""
    return _unpack_record(packed)


def unpack_sighting(packed: bytes) -> Sighting:
    """A sighting from what `pack` gave."""
    return _unpack_sighting(packed)

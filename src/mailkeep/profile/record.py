"""What is kept of one subject — a pair, a sender, a domain, a name: the days with mail, and what was usual in it."""

import msgspec

from mailkeep.profile.decay import faded, week_of
from mailkeep.profile.tally import Tally

RECEIVED, SENT, REPLIED = 1, 2, 4
"""Flags of a day: they wrote to us; we wrote to them; we answered them."""
WEEKS_KEPT = 160
"""Weeks with mail that are remembered, three years of them; older ones would weigh less than a fiftieth."""
REACH_DAYS = 40
SLOT_S = 300
"""Length of a slot in seconds: how finely recipients written to within a day are timed."""
SLOTS_KEPT = 48
LONGEST_VALUE = 96
"""Characters of a value that are kept."""
_LANE = 0b1111111
_LANES = tuple(flags & 1 | (flags & 2) << 6 | (flags & 4) << 12 for flags in range(8))
"""Flags → one bit in each of three lanes of seven: days they wrote, days we wrote, days we answered."""
_BEFORE = tuple(((1 << day) - 1) * (1 | 1 << 7 | 1 << 14) for day in range(7))
"""Day of the week → the bits of the days before it."""


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
    """What is kept of one subject. Every count is of days, so the same mail learned twice changes nothing, and any order of
    mails gives the same record.
    """

    first: int = 0
    """Unix second of the first mail; 0 before any."""
    last: int = 0
    mails: int = 0
    """Mails learned, for display; never decays and nothing is judged by it."""
    weeks: dict[int, int] = {}
    """Week (`decay.week_of`) → its days in three lanes of seven bits."""
    axes: dict[str, dict[str, Tally]] = {}
    reach: dict[int, int] = {}
    """Day → recipients written to, newest days."""
    slots: dict[int, int] = {}
    """Slot → recipients written to, newest slots."""

    def mark(self, second: int, flags: int) -> None:
        """Notes mail of this kind at this moment."""
        self.first = min(self.first or second, second)
        self.last = max(self.last, second)
        week, day = divmod(second // 86_400 + 3, 7)
        self.weeks[week] = self.weeks.get(week, 0) | _LANES[flags] << day
        if len(self.weeks) > WEEKS_KEPT:
            del self.weeks[min(self.weeks)]

    def unmark(self, day: int) -> None:
        """Takes one day out again."""
        week, bit = divmod(day + 3, 7)
        left = self.weeks.get(week, 0) & ~(_LANES[7] << bit)
        if left:
            self.weeks[week] = left
        else:
            self.weeks.pop(week, None)
        if not self.weeks:
            self.first = self.last = 0
            return
        if self.first // 86_400 == day:
            oldest = min(self.weeks)
            self.first = max(self.first, _day_at(oldest, _any(self.weeks[oldest]) & -_any(self.weeks[oldest])) * 86_400)
        if self.last // 86_400 == day:
            newest = max(self.weeks)
            self.last = max(self.first, _day_at(newest, _any(self.weeks[newest])) * 86_400)

    def counts(self, day: int) -> Counts:
        """The days before this one; a week fades as its last day does. Costs: a step for each week remembered."""
        now, weekday = week_of(day), (day + 3) % 7
        received = sent = replied = 0.0
        days = weeks = last_day = 0
        for week, mask in self.weeks.items():
            seen = mask & _BEFORE[weekday] if week == now else mask if week < now else 0
            if not seen:
                continue
            active = _any(seen)
            newest = _day_at(week, active)
            left = faded(day - newest)
            received += (seen & _LANE).bit_count() * left
            sent += (seen >> 7 & _LANE).bit_count() * left
            replied += (seen >> 14).bit_count() * left
            days += active.bit_count()
            weeks += 1
            last_day = max(last_day, newest)
        return Counts(received, sent, replied, days, weeks, last_day)

    def wrote_on(self, day: int) -> bool:
        """True when we wrote to them on this day or before."""
        now, weekday = week_of(day + 1), (day + 4) % 7
        return any(
            (mask & _BEFORE[weekday] if week == now else mask) >> 7 & _LANE
            for week, mask in self.weeks.items()
            if week <= now
        )

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


def _any(mask: int) -> int:
    """The days of a week with mail of any kind."""
    return (mask | mask >> 7 | mask >> 14) & _LANE


def _day_at(week: int, days: int) -> int:
    """The last of these days of the week, counted from 1970-01-01."""
    return week * 7 + days.bit_length() - 1 - 3


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

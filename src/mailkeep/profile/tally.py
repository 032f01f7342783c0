"""A decayed count of days on which something was so: a flood on one day counts once, and any day can be taken out again."""

import msgspec

from mailkeep.profile.decay import faded

ONE = 1024
"""A whole day in the stored unit: whole numbers pack into few bytes."""
SPAN_BITS = 64
"""Days back from the newest that are remembered one by one."""
_ALL = (1 << SPAN_BITS) - 1
_CRUMB = 16
"""Less than this is what rounding left over."""
_SUMS = tuple(
    tuple(sum(round(ONE * faded(first + bit)) for bit in range(8) if byte >> bit & 1) for byte in range(256))
    for first in range(0, SPAN_BITS, 8)
)
"""For each byte of the mask: what its days add up to."""


class Tally(msgspec.Struct, array_like=True, gc=False):
    """Days on which one value was seen, fading with age."""

    amount: int = 0
    """Decayed days, in 1/1024, as of `last`."""
    last: int = 0
    """Newest day counted."""
    span: int = 0
    """Days from the first to the newest."""
    mask: int = 0
    """Bit i: day `last - i` was counted, for the newest 64 days."""
    old: int = 0
    """The last day counted that lay before those 64."""

    def add(self, day: int) -> None:
        """Counts this day, once."""
        if not self.mask:
            self.amount, self.last, self.span, self.mask = ONE, day, 0, 1
            return
        back = self.last - day
        if back < 0:
            self.amount = round(self.amount * faded(-back)) + ONE
            self.mask = (self.mask << -back | 1) & _ALL if -back < SPAN_BITS else 1
            self.last, self.span = day, self.span - back
        elif back < SPAN_BITS:
            if self.mask >> back & 1:
                return
            self.mask |= 1 << back
            self.amount += round(ONE * faded(back))
            self.span = max(self.span, back)
        elif day != self.old:
            self.old = day
            self.amount += round(ONE * faded(back))
            self.span = max(self.span, back)

    def before(self, day: int) -> float:
        """Decayed days as of this day's beginning: that day and later ones left out. Where those lie further back than are
        remembered one by one, the rest is shared out evenly over the time it covers.
        """
        back = self.last - day
        if back < 0:
            return self.amount * faded(-back) / ONE
        if back >= self.span:
            return 0.0
        rest = self.amount - self._recent(back)
        if back >= SPAN_BITS:
            rest = rest * (self.span - back) // max(1, self.span - SPAN_BITS + 1)
        return rest / ONE / max(faded(back), 1e-9) if rest > _CRUMB else 0.0

    def drop(self, day: int) -> bool:
        """Takes one day out again; gives True when nothing is left."""
        back = self.last - day
        if 0 <= back < SPAN_BITS and self.mask >> back & 1:
            self.mask &= ~(1 << back)
            self.amount -= round(ONE * faded(back))
        elif back >= SPAN_BITS and day == self.old:
            self.old = 0
            self.amount -= round(ONE * faded(back))
        if self.amount <= _CRUMB or not self.mask:
            return self.amount <= _CRUMB
        if not back:
            self._step_back()
        return False

    def _recent(self, back: int) -> int:
        """What the newest days add up to, from `last` back to `last - back`."""
        newest = self.mask & ((1 << (back + 1)) - 1) if back < SPAN_BITS else self.mask
        taken = 0
        for sums in _SUMS:
            if not newest:
                break
            taken += sums[newest & 255]
            newest >>= 8
        return taken

    def _step_back(self) -> None:
        """Makes the newest day that is left the reference."""
        step = (self.mask & -self.mask).bit_length() - 1
        self.mask >>= step
        self.last -= step
        self.span = max(0, self.span - step)
        self.amount = round(self.amount / faded(step))

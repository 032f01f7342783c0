"""One limit of a provider's and what is used of it, counted so that no window of the provider's ever holds more.

The provider counts a request at some moment between its sending and its answer, which moment is not ours to know; so here
it counts from its sending until a whole window after its answer.
"""

import asyncio
import heapq
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import msgspec

SLOTS = 64
"""A window is counted in so many slots; what was spent in a slot is free again when the whole slot left the window."""
RESERVED = 0.2
"""Share of a budget that scans leave to live mail; of the requests at a time they leave one."""


class Haste(IntEnum):
    """Who goes first."""

    LIVE = 0
    """Somebody may read the mail any moment."""
    SCAN = 1
    """The past can wait."""


class Limit(msgspec.Struct, frozen=True):
    """What a provider allows for one key."""

    budget: float
    """Cost in any window."""
    window_s: float
    at_once: int = 0
    """Requests at a time; 0: as many as there are."""


class Claim(msgspec.Struct, frozen=True, gc=False):
    """What one request takes from one key's limit."""

    key: str
    """What the limit is for, in words for a person: "mailbox ada@corp.example"."""
    limit: Limit
    cost: float = 1.0


@dataclass(slots=True, eq=False)
class Waiter:
    """A request that waits for its turn."""

    haste: Haste
    claims: Sequence[Claim]
    until: float
    """When its patience ends."""
    turn: asyncio.Future[None]


@dataclass(slots=True, eq=False)
class Bucket:
    """One key's use of its limit."""

    limit: Limit
    busy: int = 0
    held: float = 0.0
    """Cost of requests under way."""
    spent: float = 0.0
    """Cost of answered requests that are still in the window."""
    slots: deque[tuple[float, float]] = field(default_factory=deque)
    """(moment at which it leaves the window, cost), rising."""
    paused_until: float = 0.0
    queue: list[tuple[Haste, int, Waiter]] = field(default_factory=list)
    """A heap: who goes first, then who came first."""
    timer: asyncio.TimerHandle | None = None

    def admits(self, cost: float, haste: Haste, now: float) -> bool:
        """True when a request of this cost may go now. What costs more than the whole budget goes when nothing else did."""
        self.turn_over(now)
        at_once = self.limit.at_once
        if haste is Haste.SCAN and at_once:
            at_once = max(1, at_once - 1)
        used = self.held + self.spent
        if now < self.paused_until or (at_once and self.busy >= at_once):
            return False
        return used == 0 or used + cost <= self._budget(haste)

    def room_at(self, cost: float, haste: Haste, now: float) -> float:
        """The earliest moment at which a request of this cost may go, if no other goes before it."""
        self.turn_over(now)
        moment = max(now, self.paused_until)
        over = self.held + self.spent + cost - self._budget(haste)
        for leaves, freed in self.slots:
            if over <= 0:
                break
            moment = max(moment, leaves)
            over -= freed
        return moment

    def _budget(self, haste: Haste) -> float:
        return self.limit.budget * (1 - RESERVED) if haste is Haste.SCAN else self.limit.budget

    def turn_over(self, now: float) -> None:
        """Lets go of what left the window."""
        while self.slots and self.slots[0][0] <= now:
            self.spent -= self.slots.popleft()[1]
        if not self.slots:
            self.spent = 0.0

    def is_ahead(self, haste: Haste) -> bool:
        """True when somebody waits here who goes before a newcomer."""
        while self.queue and self.queue[0][2].turn.done():
            heapq.heappop(self.queue)
        return bool(self.queue) and self.queue[0][0] <= haste

    def take(self, cost: float) -> None:
        """A request of this cost is sent."""
        self.busy += 1
        self.held += cost

    def give_back(self, cost: float, now: float) -> None:
        """It was answered."""
        self.busy -= 1
        self.held = self.held - cost if self.busy else 0.0
        grain = self.limit.window_s / SLOTS
        leaves = math.ceil(now / grain) * grain + self.limit.window_s
        if self.slots and self.slots[-1][0] >= leaves:
            leaves, before = self.slots.pop()
            cost_there = before + cost
        else:
            cost_there = cost
        self.slots.append((leaves, cost_there))
        self.spent += cost

    def next_moment(self, now: float) -> float | None:
        """When time alone next changes what is allowed; None: only an answer does."""
        if self.paused_until > now:
            return self.paused_until
        return self.slots[0][0] if self.slots else None

    def is_idle(self, now: float) -> bool:
        """True when nothing would be lost by forgetting it."""
        self.turn_over(now)
        return not (self.busy or self.slots or self.queue or self.paused_until > now)

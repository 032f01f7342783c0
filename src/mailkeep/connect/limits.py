"""Turns: every request waits here until the provider's limits allow it, and not one goes beyond them.

Live mail goes before scans: it is served first, and scans leave it a share of every limit.
"""

import asyncio
import heapq
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count

import msgspec

from mailkeep.connect.bucket import Bucket, Claim, Haste, Limit, Waiter
from mailkeep.connect.port import Throttled

__all__ = ["Claim", "Haste", "Limit", "Limiter", "Load"]

PATIENCE_S = 20.0
"""So long a request waits for its turn before the caller is told when to come again."""
SWEPT = 4096
"""Whenever there are so many more keys the idle ones are forgotten."""


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a key's limit is in use now."""

    key: str
    left: float
    """Cost that may be spent at once."""
    of: float
    window_s: float
    busy: int
    """Requests under way."""
    waiting: int
    paused_s: float
    """Seconds for which the provider told us to wait."""


class Limiter:
    """The turns of all requests to one provider."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self._serial = count()
        self._waiting: dict[Limit, float] = {}
        """Kind of limit → since when no live request went at once."""

    @property
    def waiting_since(self) -> float | None:
        """Since when, by the clock, every live request under a kind of limit waited or was refused; None: none does."""
        return min(self._waiting.values(), default=None)

    @asynccontextmanager
    async def turn(
        self, claims: Sequence[Claim], *, haste: Haste = Haste.LIVE, patience_s: float = PATIENCE_S
    ) -> AsyncIterator[None]:
        """A block in which one request may be made. Raises: Throttled when its turn does not come in time."""
        hindrance = self._hindrance(claims, haste, newcomer=True)
        if hindrance is None:
            self._take(claims)
        else:
            if haste is Haste.LIVE:
                self._waiting.setdefault(hindrance.limit, self._clock())
            turn = asyncio.get_running_loop().create_future()
            await self._wait(hindrance, Waiter(haste, claims, self._clock() + patience_s, turn))
        try:
            yield
        finally:
            self._give_back(claims)
            if haste is Haste.LIVE and hindrance is None:
                self._note_flow(claims)

    def pause(self, claim: Claim, seconds: float) -> None:
        """Nothing more for this key until then: the provider said so."""
        bucket = self._bucket(claim)
        bucket.paused_until = max(bucket.paused_until, self._clock() + seconds)
        self._waiting.setdefault(claim.limit, self._clock())

    def load(self) -> tuple[Load, ...]:
        """Every key that is in use, the fullest first."""
        now = self._clock()
        loads = (_load(key, bucket, now) for key, bucket in self._buckets.items() if not bucket.is_idle(now))
        return tuple(sorted(loads, key=lambda load: load.left / load.of))

    def _note_flow(self, claims: Sequence[Claim]) -> None:
        """A live request went at once; what the provider refused all the same does not count."""
        now = self._clock()
        for claim in claims:
            if self._bucket(claim).paused_until <= now:
                self._waiting.pop(claim.limit, None)

    def _hindrance(self, claims: Sequence[Claim], haste: Haste, *, newcomer: bool) -> Claim | None:
        """The first of the claims that cannot be met now; a newcomer goes behind those who wait for the same."""
        now = self._clock()
        for claim in claims:
            bucket = self._bucket(claim)
            if not bucket.admits(claim.cost, haste, now) or (newcomer and bucket.is_ahead(haste)):
                return claim
        return None

    def _bucket(self, claim: Claim) -> Bucket:
        bucket = self._buckets.get(claim.key)
        if bucket is None:
            if len(self._buckets) % SWEPT == SWEPT - 1:
                now = self._clock()
                self._buckets = {key: each for key, each in self._buckets.items() if not each.is_idle(now)}
            bucket = self._buckets[claim.key] = Bucket(claim.limit)
        return bucket

    def _take(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            self._bucket(claim).take(claim.cost)

    def _give_back(self, claims: Sequence[Claim]) -> None:
        now = self._clock()
        for claim in claims:
            self._bucket(claim).give_back(claim.cost, now)
        for claim in claims:
            self._serve(claim.key)

    async def _wait(self, hindrance: Claim, waiter: Waiter) -> None:
        """Returns with the claims taken. Raises: Throttled."""
        if self._is_hopeless(hindrance, waiter):
            raise self._too_long(waiter)
        self._queue(hindrance, waiter, next(self._serial))
        try:
            async with asyncio.timeout(waiter.until - self._clock()):
                await waiter.turn
        except TimeoutError:
            if _was_given(waiter):
                return
            raise self._too_long(waiter) from None
        except asyncio.CancelledError:
            if _was_given(waiter):
                self._give_back(waiter.claims)
            raise

    def _is_hopeless(self, hindrance: Claim, waiter: Waiter) -> bool:
        """True when there will be no room before the waiter's patience ends."""
        return self._clock() + self._room_in(hindrance, waiter.haste) > waiter.until

    def _room_in(self, claim: Claim, haste: Haste) -> float:
        """Seconds until the claim can be met, at the earliest."""
        now = self._clock()
        return self._bucket(claim).room_at(claim.cost, haste, now) - now

    def _too_long(self, waiter: Waiter) -> Throttled:
        claim = self._hindrance(waiter.claims, waiter.haste, newcomer=False) or waiter.claims[0]
        limit = claim.limit
        return Throttled(
            f"{claim.key}: its limit of {limit.budget:g} in {limit.window_s:g} s, {limit.at_once or 'any number'} at a time,"
            " is used up. Nothing was sent; it is asked again when there is room.",
            max(1.0, self._room_in(claim, waiter.haste)),
        )

    def _queue(self, hindrance: Claim, waiter: Waiter, serial: int) -> None:
        heapq.heappush(self._bucket(hindrance).queue, (waiter.haste, serial, waiter))
        self._set_timer(hindrance.key)

    def _serve(self, key: str) -> None:
        """Gives turns to those who wait for this key, as far as it reaches."""
        bucket = self._buckets.get(key)
        while bucket is not None and bucket.is_ahead(Haste.SCAN):
            _, serial, waiter = bucket.queue[0]
            hindrance = self._hindrance(waiter.claims, waiter.haste, newcomer=False)
            is_here = hindrance is not None and hindrance.key == key
            if hindrance is not None and is_here and not self._is_hopeless(hindrance, waiter):
                break
            heapq.heappop(bucket.queue)
            if hindrance is None:
                self._take(waiter.claims)
                waiter.turn.set_result(None)
            elif is_here:
                waiter.turn.set_exception(self._too_long(waiter))
            else:
                self._queue(hindrance, waiter, serial)
        self._set_timer(key)

    def _set_timer(self, key: str) -> None:
        """Has those who wait for this key served when time alone makes room."""
        bucket = self._buckets.get(key)
        if bucket is None:
            return
        if bucket.timer is not None:
            bucket.timer.cancel()
            bucket.timer = None
        now = self._clock()
        moment = bucket.next_moment(now) if bucket.queue else None
        if moment is not None:
            later = max(0.001, moment - now)
            bucket.timer = asyncio.get_running_loop().call_later(later, self._serve, key)


def _was_given(waiter: Waiter) -> bool:
    """True when the turn came in the same moment in which waiting for it ended."""
    return waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None


def _load(key: str, bucket: Bucket, now: float) -> Load:
    return Load(
        key=key,
        left=max(0.0, bucket.limit.budget - bucket.held - bucket.spent),
        of=bucket.limit.budget,
        window_s=bucket.limit.window_s,
        busy=bucket.busy,
        waiting=sum(1 for *_, waiter in bucket.queue if not waiter.turn.done()),
        paused_s=max(0.0, bucket.paused_until - now),
    )

"""Microsoft's limits, kept to the request, and counted so that a test can say nobody went over.

Exchange counts per app and mailbox: 10,000 requests in 10 minutes, 4 at a time. Reports of sign-ins and audits give an app
5 in 10 seconds; identity protection gives the tenant 1 a second and no Retry-After.
Source: Graph, "Service-specific throttling limits".
"""

import math
from collections import deque
from collections.abc import Callable
from typing import NoReturn

import msgspec

from mailkeep.simulator.graph.routes import GraphError


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is too much."""

    requests: int = 10_000
    """Per app and mailbox …"""
    window_s: float = 600.0
    """… in any span of so many seconds."""
    concurrent: int = 4
    """Per app and mailbox at one moment."""
    reports: int = 5
    """Per app on /auditLogs …"""
    reports_window_s: float = 10.0
    risk_window_s: float = 1.0
    """One request per tenant on /identityProtection in so many seconds."""
    known_after_s: float = 1.0
    """Who was told to wait is taken to know it after so long; what was on its way until then is no impatience."""


class Bucket:
    """What one client did lately in one place."""

    __slots__ = ("active", "busiest", "fullest", "impatient", "quiet", "refused", "served", "times")

    def __init__(self) -> None:
        self.times: deque[float] = deque()
        self.active = 0
        self.served = 0
        self.refused = 0
        self.busiest = 0
        """Most at one moment."""
        self.fullest = 0
        """Most in one window."""
        self.quiet = (math.inf, 0.0)
        """From when until when the client, who was told so, is to ask nothing here."""
        self.impatient = 0
        """Requests that came in that time all the same."""


class Throttle:
    """All buckets. A refused request counts as well, as at Microsoft: who asks on without waiting stays refused."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.buckets: dict[tuple[str, str], Bucket] = {}
        """(client id, mailbox id or place) → bucket."""
        self._clock = clock

    @property
    def refused(self) -> int:
        """How many requests were answered 429."""
        return sum(bucket.refused for bucket in self.buckets.values())

    @property
    def impatient(self) -> int:
        """How many requests came before a Retry-After was over."""
        return sum(bucket.impatient for bucket in self.buckets.values())

    def told(self, key: tuple[str, str], wait_s: float) -> None:
        """The client was told to leave this mailbox alone for so long."""
        bucket, now = self._bucket(key), self._clock()
        begins, ends = bucket.quiet
        known = now + self.limits.known_after_s
        bucket.quiet = (begins if ends > now else known, max(ends, now + wait_s))

    def enter(self, key: tuple[str, str], *, slot: bool = True) -> Bucket:
        """Counts a request to a mailbox in, which the caller counts out by `leave` when it took a slot.

        Raises: GraphError 429 with the seconds to wait.
        """
        bucket = self._bucket(key)
        begins, ends = bucket.quiet
        bucket.impatient += begins <= self._clock() < ends
        if slot and bucket.active >= self.limits.concurrent:
            self.refuse(bucket)
        self._count(bucket, self.limits.requests, self.limits.window_s)
        if slot:
            self.take(bucket, 1)
        return bucket

    def take(self, bucket: Bucket, slots: int) -> int:
        """As many of these slots as are free."""
        got = min(slots, self.limits.concurrent - bucket.active)
        bucket.active += got
        bucket.busiest = max(bucket.busiest, bucket.active)
        return got

    def refuse(self, bucket: Bucket) -> NoReturn:
        """No slot is free. Raises: GraphError 429."""
        bucket.refused += 1
        raise _too_many("Application is over its MailboxConcurrency limit.", 1)

    def leave(self, bucket: Bucket, slots: int = 1) -> None:
        """The request is answered."""
        bucket.active -= slots

    def of(self, key: tuple[str, str]) -> Bucket:
        """The bucket, empty where nobody came yet."""
        return self._bucket(key)

    def report(self, client: str, place: str) -> None:
        """Counts a request to a report in. Raises: GraphError 429."""
        if place == "identityprotection":
            self._count(self._bucket(("", place)), 1, self.limits.risk_window_s, tells=False)
        else:
            self._count(self._bucket((client, place)), self.limits.reports, self.limits.reports_window_s)

    def _bucket(self, key: tuple[str, str]) -> Bucket:
        found = self.buckets.get(key)
        if found is None:
            found = self.buckets[key] = Bucket()
        return found

    def _count(self, bucket: Bucket, most: int, window_s: float, *, tells: bool = True) -> None:
        now = self._clock()
        times = bucket.times
        while times and times[0] <= now - window_s:
            times.popleft()
        if len(times) >= most:
            bucket.refused += 1
            wait = max(1, math.ceil(times[0] + window_s - now))
            times.popleft()
            times.append(now)
            raise _too_many("Application is over its request limit.", wait if tells else None)
        times.append(now)
        bucket.served += 1
        bucket.fullest = max(bucket.fullest, len(times))


def _too_many(says: str, wait_s: int | None) -> GraphError:
    headers = {} if wait_s is None else {"Retry-After": str(wait_s)}
    return GraphError(429, "ApplicationThrottled", says, headers)

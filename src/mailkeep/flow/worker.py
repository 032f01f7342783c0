"""The embedded engine: work claimed from the due table, done by handlers, and settled, on one machine."""

import asyncio
import os
import time
import traceback
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from mailkeep.connect.port import ConsentLost, ProviderTrouble, Throttled
from mailkeep.flow.jobs import Dead, Done, Handler, Job, Outcome, Parked, RetryAt, Struck
from mailkeep.kit.trouble import OperatorError
from mailkeep.store.due import PARKED, Claim, DueRow, Owed, backoff
from mailkeep.store.store import Store

MOST_ATTEMPTS = 5
"""A job that was begun so often without ending, be it by error or by taking the process with it, is poison."""
ROWS_A_KEY = 4
"""Rows in hand for each key that may be worked on, so that nobody waits for a claim."""
LEASE_S = 60.0
"""Longer than any one deed takes; a job whose holder died is free again after this."""

_serial = count(1)
_BORN = time.time_ns()
"""With the process id it names this process: in a container the next one may get the same id."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A handler and how many keys it may work on at a time."""

    handler: Handler
    inflight: int
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there may be something to claim."""
    alone: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the lane is drained: two drains side by side would do one key's jobs at the same time."""


@dataclass(slots=True, kw_only=True)
class Shift:
    """One drain of a lane: what is in hand, by key."""

    gate: asyncio.Semaphore
    news: asyncio.Event
    most: int
    """Rows that may be in hand."""
    by_key: dict[str, deque[DueRow]] = field(default_factory=dict)
    put_off: dict[str, RetryAt] = field(default_factory=dict)
    in_hand: int = 0
    taken: int = 0

    def add(self, row: DueRow) -> bool:
        """Puts the row behind the others of its key; True when somebody must begin with this key."""
        self.taken += 1
        self.in_hand += 1
        begun = row.key in self.by_key
        self.by_key.setdefault(row.key, deque()).append(row)
        return not begun

    def following(self, key: str) -> DueRow | None:
        """The next row of this key; None when there is none, and nobody is at this key any more."""
        rows = self.by_key[key]
        if rows:
            return rows.popleft()
        del self.by_key[key]
        return None

    def settled(self) -> None:
        """One row less in hand; when half of them are, it is time to claim more."""
        self.in_hand -= 1
        if self.in_hand <= self.most // 2:
            self.news.set()

    def waits(self, key: str, now: datetime) -> RetryAt | None:
        """Until when this key's provider asked to be left alone; None when it did not, or that is over."""
        asked = self.put_off.get(key)
        return asked if asked is not None and asked.at > now else None


@dataclass(slots=True, kw_only=True)
class Worker:
    """Fits `flow.jobs.Jobs` over one store, for one tenant."""

    store: Store
    tenant: str
    clock: Callable[[], datetime]
    owner: str = field(default_factory=lambda: f"{os.getpid()}.{_BORN}.{next(_serial)}")
    lanes: dict[str, Lane] = field(default_factory=dict)
    trouble: ProviderTrouble | None = None
    """The last thing a provider refused, for those who must tell a person."""

    def publish(self, lane: str, key: str, refs: Sequence[str], dedupe_id: str) -> None:
        """Owes this work from now on."""
        now = self.clock()
        owed = Owed(lane=lane, job=dedupe_id, tenant=self.tenant, key=key, refs=tuple(refs), at=now)
        self.store.due.publish([owed])

    def subscribe(self, lane: str, handler: Handler, inflight: int) -> None:
        """Has this lane's work done by this handler."""
        self.lanes[lane] = Lane(handler, inflight)

    def resume(self) -> None:
        """Takes up what earlier runs left: work held by dead processes is free, and work parked for a person is due."""
        now = self.clock()
        for owner in self.store.due.holders(self.tenant, now):
            if not is_alive(owner):
                self.store.due.release(owner)
        self.store.due.unpark(self.tenant, now)

    def nudge(self, lane: str) -> None:
        """Something new is owed in this lane: whoever does its work looks at once."""
        self.lanes[lane].news.set()

    async def go_on(self, lane: str, every_s: float) -> None:
        """Does a lane's work until it is cancelled: at each nudge, and every so often for what others owe or what waited."""
        news = self.lanes[lane].news
        while True:
            await self.drain(lane)
            await rung(news, every_s)

    async def drain(self, lane: str, jobs: Sequence[str] = ()) -> int:
        """Does everything in a lane that may be done now, or these jobs of it; gives how many were taken in hand.

        What becomes due meanwhile is begun beside it: one slow answer holds up its own key only.
        """
        chosen = self.lanes[lane]
        async with chosen.alone:
            gate = asyncio.Semaphore(chosen.inflight)
            shift = Shift(gate=gate, news=chosen.news, most=chosen.inflight * ROWS_A_KEY)
            async with crew() as group:
                while True:
                    chosen.news.clear()
                    for row in self._claim(lane, jobs, shift.most - shift.in_hand):
                        if shift.add(row):
                            group.create_task(self._in_turn(shift, row.key))
                    if not shift.in_hand:
                        return shift.taken
                    await chosen.news.wait()

    def _claim(self, lane: str, jobs: Sequence[str], most: int) -> tuple[DueRow, ...]:
        """Work to take in hand; where nothing is due, nothing is written to find that out."""
        now = self.clock()
        if most <= 0 or not (jobs or self.store.due.is_any(lane, self.tenant, now)):
            return ()
        claim = Claim(
            lane=lane,
            owner=self.owner,
            at=now,
            most=most,
            lease_s=LEASE_S,
            tenant=self.tenant,
            jobs=tuple(jobs),
        )
        return self.store.due.claim(claim)

    async def _in_turn(self, shift: "Shift", key: str) -> None:
        """One key's jobs, one after the other; once its provider asks to wait, the others wait with it untried."""
        async with shift.gate:
            while row := shift.following(key):
                if (wait := shift.waits(key, self.clock())) is not None:
                    self.store.due.retry(row, wait.at, counted=False)
                elif (asked := await self._one(row)) is not None:
                    shift.put_off[key] = asked
                shift.settled()

    async def _one(self, row: DueRow) -> RetryAt | None:
        """Does one job and settles it; gives the wait when it was the provider that asked for one."""
        if row.attempts > MOST_ATTEMPTS:
            self._bury(row, f"begun {row.attempts - 1} times and never ended, as if it stopped the whole process")
            return None
        job = Job(lane=row.lane, tenant=row.tenant, key=row.key, refs=row.refs, name=row.job, attempts=row.attempts)
        try:
            outcome = await self.lanes[row.lane].handler(job)
        except ProviderTrouble as trouble:
            return self._put_off(row, trouble)
        except OperatorError:
            raise  # a full disk or an unwritable home is no fault of this job: nothing can be settled either
        except Exception as error:  # noqa: BLE001 - one broken job must not stop the others
            outcome = self._stumbled(row, error)
        self._settle(row, outcome)
        return None

    def _settle(self, row: DueRow, outcome: Outcome) -> None:
        match outcome:
            case Done():
                self.store.due.done(row)
            case Struck():
                return
            case Parked():
                self.store.due.retry(row, PARKED, counted=False)
            case RetryAt(at=at):
                self.store.due.retry(row, at, counted=True)
            case Dead(why=why):
                self._bury(row, why)

    def _stumbled(self, row: DueRow, error: Exception) -> Outcome:
        """What an error of our own leads to: a few more tries, then a dead letter that names the line."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {error}"
        if row.attempts >= MOST_ATTEMPTS:
            return Dead(why=why)
        return RetryAt(at=self.clock() + backoff(row.attempts, first_s=1.0), why=why)

    def _put_off(self, row: DueRow, trouble: ProviderTrouble) -> RetryAt:
        """What a provider's trouble leads to: a wait, or a park until a person has acted."""
        self.trouble = trouble
        at = retry_moment(trouble, row.waits, self.clock())
        kind = "consent-lost" if isinstance(trouble, ConsentLost) else "unreachable"
        if not isinstance(trouble, Throttled):
            self.store.note_trouble(row.tenant, row.key, kind, str(trouble), self.clock())
        self.store.due.retry(row, at, counted=False)
        return RetryAt(at=at, why=str(trouble))

    def _bury(self, row: DueRow, why: str) -> None:
        self.store.due.bury(row, why, self.clock())


def is_alive(owner: str) -> bool:
    """True when the process that this holder was part of still runs on this machine, as far as can be told."""
    process, _, rest = owner.partition(".")
    if int(process) == os.getpid():
        return rest.partition(".")[0] == str(_BORN)
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def together(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Does all of these at a time. Raises: the one OperatorError that stopped them, not a group of it."""
    async with crew() as group:
        for work in works:
            group.create_task(work)


@asynccontextmanager
async def crew() -> AsyncIterator[asyncio.TaskGroup]:
    """A group of tasks that ends with the block. Raises: the one OperatorError that stopped it, not a group of it."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except* OperatorError as stopped:
        first: BaseException = stopped
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None


async def rung(bell: asyncio.Event, most_s: float) -> None:
    """Returns when the bell rings, or after this long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(most_s):
            await bell.wait()


def retry_moment(trouble: ProviderTrouble, waits: int, now: datetime) -> datetime:
    """When to ask this provider again: when it says, or doubling waits, or not before a person acted."""
    if trouble.retry_after_s is None:
        return PARKED
    if isinstance(trouble, Throttled):
        return now + timedelta(seconds=trouble.retry_after_s)
    return now + backoff(waits, first_s=trouble.retry_after_s)

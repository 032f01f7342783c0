"""Watching: every new mail judged and acted on as it arrives, and nothing left behind."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from mailkeep.connect.port import ConsentLost, ProviderTrouble
from mailkeep.flow.deeds import Deeds, act_worker
from mailkeep.flow.house import House
from mailkeep.flow.live import Live
from mailkeep.flow.looks import look_again
from mailkeep.flow.notice import Notice, Step, nobody
from mailkeep.flow.polling import Polling, Rota
from mailkeep.flow.reading import open_bookmark, read_mailbox
from mailkeep.flow.summaries import WatchSummary
from mailkeep.flow.walk import Walk, walking
from mailkeep.flow.worker import Worker, rung, together
from mailkeep.people.directory import Mailbox
from mailkeep.store.latency import KEPT_DAYS
from mailkeep.store.ledger import ACT_LANE
from mailkeep.store.nouns import Kept

ROLL_CALL_S = 60.0
"""Seconds between two lists of the mailboxes: a new one is watched after this long at the latest."""
ROLL_GAP_S = 1.0
"""The least between two, however many notices come from mailboxes that are not listed."""
OWED_S = 5.0
"""Seconds between two looks for deeds that became due by waiting or that other processes asked for."""
DEAF_S = 15.0
"""Seconds before notices are asked for again after the provider stopped giving them."""
MARK_EVERY = timedelta(minutes=1)
"""That notices of a mailbox come is written down this often at most."""
PROBE_S = 30.0
"""Seconds between two tries of work that was parked because the consent was lost."""
PROBES = 8
"""How much of it is tried, until one try goes well."""
TIDY_S = 6 * 3600.0
"""Seconds between two clearings of what nobody needs any more."""

Duty: TypeAlias = Callable[[Walk], Coroutine[Any, Any, None]]
"""Something else that goes on for as long as a tenant is watched: subscriptions, coverage, alarms."""


async def watch(
    house: House, tenant: str, *, once: bool, notice: Notice = nobody, duties: Sequence[Duty] = ()
) -> WatchSummary:
    """Judges what is new in every mailbox and carries out what follows; with `once` returns when all is drained.

    A mailbox that was never scanned is read from its beginning, learned and judged: to a watch everything it has not
    seen is new. Raises: OperatorError, StoreError; ProviderTrouble when not even the mailboxes can be listed.
    """
    async with watching(house, tenant, notice, duties) as watcher:
        await (watcher.drain() if once else watcher.go_on())
        return watcher.summary()


@asynccontextmanager
async def watching(
    house: House, tenant: str, notice: Notice = nobody, duties: Sequence[Duty] = ()
) -> AsyncIterator["Watcher"]:
    """The watcher of one tenant, for those who hear notices in this process and nudge it. Raises: as `watch`."""
    async with walking(house, tenant, notice) as walk:
        deeds = Deeds(house=house, tenant=tenant, connector=walk.connector, notice=notice)
        watcher = Watcher(walk=walk, deeds=deeds, worker=act_worker(house, tenant, deeds), duties=duties)
        watcher.worker.resume()
        yield watcher


@dataclass(slots=True, kw_only=True)
class Watcher:
    """One tenant being watched."""

    walk: Walk
    deeds: Deeds
    worker: Worker
    duties: Sequence[Duty] = ()
    live: Live = field(init=False)
    polling: Polling = field(init=False)
    labels: Counter[str] = field(default_factory=Counter)
    begun: float = field(default_factory=time.monotonic)
    roll: asyncio.Event = field(default_factory=asyncio.Event)
    """Rings when the mailboxes should be listed again."""
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    """Rings when there is nothing more to read."""
    marked: dict[str, datetime] = field(default_factory=dict)
    """Mailbox → when it was last written down that a notice of it came."""

    def __post_init__(self) -> None:
        self.polling = Polling(look=self.read, rota=Rota(is_told=self._is_told), idle=self.quiet.set)
        self.live = Live(
            walk=self.walk,
            owner=self.worker.owner,
            kept=self._kept,
            stirred=self._stirred,
            unlisted=self.roll.set,
        )

    def nudge(self) -> None:
        """A notice was written down: it is followed up at once."""
        self.walk.nudge()

    async def drain(self) -> None:
        """Reads every mailbox to its end and carries out everything owed; deeds go on beside further judging."""
        acting = asyncio.create_task(self.worker.go_on(ACT_LANE, OWED_S))
        try:
            await self.live.drain()
            await self.polling.once(self.walk.mailboxes)
            await look_again(self.walk, act=False)
            await self.worker.drain(ACT_LANE)
        finally:
            acting.cancel()
        await asyncio.gather(acting, return_exceptions=True)

    async def go_on(self) -> None:
        """Watches until it is cancelled."""
        self._enrol()
        await together(
            (
                self.live.go_on(),
                self.worker.go_on(ACT_LANE, OWED_S),
                self.polling.go_on(),
                self._listen(),
                self._call_roll(),
                self._say_idle(),
                self._look_again(),
                self._probe(),
                self._tidy(),
                *(duty(self.walk) for duty in self.duties),
            )
        )

    async def read(self, mailbox: Mailbox, heard_at: datetime | None) -> int | None:
        """Reads one mailbox to its end; gives how many new mails it held, None when it could not be read."""
        self.walk.troubles.pop(mailbox.id, None)
        bookmark = open_bookmark(self.walk, mailbox, since=None, begun_at=None)
        found = 0
        async for kept in read_mailbox(self.walk, mailbox, bookmark, act=False, heard_at=heard_at):
            self._kept(kept)
            found += len(kept)
        return None if mailbox.id in self.walk.troubles else found

    def summary(self) -> WatchSummary:
        """What this watch came to so far."""
        house, tenant = self.walk.house, self.walk.tenant.name
        waiting, _ = house.store.due.waiting(ACT_LANE, tenant)
        return WatchSummary(
            tenant=tenant,
            mailboxes=len(self.walk.mailboxes),
            mails=self.labels.total(),
            labels=dict(self.labels),
            acted=dict(self.deeds.ended),
            waiting=waiting,
            seconds=time.monotonic() - self.begun,
            skipped=tuple(self.walk.skipped),
            troubles=tuple(self.walk.troubles.items()),
        )

    def _kept(self, mails: Sequence[Kept]) -> None:
        self.labels.update(mail.verdict.label.value for mail in mails)
        if any(mail.actions for mail in mails):
            self.worker.nudge(ACT_LANE)

    def _stirred(self, mailbox: Mailbox, at: datetime) -> None:
        """A notice told of this mailbox: it is read, and its subscription is known to be alive."""
        self.polling.stir(mailbox, at)
        if at - self.marked.get(mailbox.id, at - MARK_EVERY) >= MARK_EVERY and self._is_told(mailbox.id):
            self.marked[mailbox.id] = at
            self.walk.house.store.subscriptions.heard(self.walk.tenant.name, mailbox.id, at)

    def _enrol(self) -> None:
        """Gives every mailbox its turn."""
        self.polling.rota.enrol(self.walk.mailboxes, time.monotonic())
        self.polling.news.set()

    def _is_told(self, mailbox: str) -> bool:
        """True while the provider's promise to tell of this mailbox stands."""
        house = self.walk.house
        promise = house.store.subscriptions.of_mailbox(self.walk.tenant.name, mailbox)
        return promise is not None and promise.expires_at > house.clock()

    async def _say_idle(self) -> None:
        while True:
            await self.quiet.wait()
            self.quiet.clear()
            await self.worker.drain(ACT_LANE)
            self.walk.tell(Step.IDLE)

    async def _listen(self) -> None:
        """Hears the provider's notices; when it stops giving them, asks again after a while. Polling goes on meanwhile."""
        while True:
            try:
                async for mailbox in self.walk.connector.changes():
                    self._stirred(self.walk.mailbox(mailbox.id), self.walk.house.clock())
            except ProviderTrouble as trouble:
                self.walk.tell(Step.TROUBLE, says=str(trouble))
            await asyncio.sleep(DEAF_S)

    async def _call_roll(self) -> None:
        while True:
            await asyncio.sleep(ROLL_GAP_S)
            await rung(self.roll, ROLL_CALL_S)
            self.roll.clear()
            try:
                await self.walk.list_again()
            except ProviderTrouble as trouble:
                self.walk.tell(Step.TROUBLE, says=str(trouble))
            self._enrol()

    async def _look_again(self) -> None:
        """The second looks that a scan left over, once every mailbox had its turn."""
        await self.polling.rested.wait()
        await look_again(self.walk, act=False)
        self.worker.nudge(ACT_LANE)

    async def _probe(self) -> None:
        while True:
            await asyncio.sleep(PROBE_S)
            self.try_parked()

    def try_parked(self) -> None:
        """Work that waits for a consent goes on by itself once the consent is there again: a little of it is tried first."""
        lost = any(isinstance(each.trouble, ConsentLost) for each in (self.worker, self.live))
        self.worker.trouble = self.live.trouble = None
        self.walk.house.store.due.unpark(self.walk.tenant.name, self.walk.house.clock(), PROBES if lost else None)
        self.worker.nudge(ACT_LANE)
        self.nudge()

    async def _tidy(self) -> None:
        """Forgets what nobody needs any more."""
        while True:
            self.walk.house.store.latency.prune(self.walk.house.clock() - timedelta(days=KEPT_DAYS))
            await asyncio.sleep(TIDY_S)

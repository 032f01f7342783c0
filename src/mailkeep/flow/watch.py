"""Watching: every new mail judged and acted on as it arrives, and nothing left behind."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from mailkeep.connect.port import ProviderTrouble
from mailkeep.flow.deeds import Deeds, act_worker
from mailkeep.flow.house import House
from mailkeep.flow.looks import look_again
from mailkeep.flow.notice import Notice, Step, nobody
from mailkeep.flow.reading import open_bookmark, read_mailbox
from mailkeep.flow.summaries import WatchSummary
from mailkeep.flow.walk import Walk, walking
from mailkeep.flow.worker import Worker, together
from mailkeep.people.directory import Mailbox
from mailkeep.store.ledger import ACT_LANE

POLL_S = 60.0
"""Seconds between two reads of every mailbox, whatever the provider's notices say: a lost notice costs this much delay."""
OWED_S = 5.0
"""Seconds between two looks for deeds that became due by waiting or that other processes asked for."""
DEAF_S = 15.0
"""Seconds before notices are asked for again after the provider stopped giving them."""


async def watch(house: House, tenant: str, *, once: bool, notice: Notice = nobody) -> WatchSummary:
    """Judges what is new in every mailbox and carries out what follows; with `once` returns when all is drained.

    A mailbox that was never scanned is read from its beginning, learned and judged: to a watch everything it has not
    seen is new. Raises: OperatorError, StoreError; ProviderTrouble when not even the mailboxes can be listed.
    """
    started = time.monotonic()
    async with walking(house, tenant, notice) as walk:
        deeds = Deeds(house=house, tenant=tenant, connector=walk.connector, notice=notice)
        watcher = Watcher(walk=walk, deeds=deeds, worker=act_worker(house, tenant, deeds))
        watcher.worker.resume()
        await watcher.drain()
        if not once:
            await watcher.go_on()
        waiting, _ = house.store.due.waiting(ACT_LANE, tenant)
        return WatchSummary(
            tenant=tenant,
            mailboxes=len(walk.mailboxes),
            mails=watcher.labels.total(),
            labels=dict(watcher.labels),
            acted=dict(deeds.ended),
            waiting=waiting,
            seconds=time.monotonic() - started,
            skipped=tuple(walk.skipped),
            troubles=tuple(walk.troubles.items()),
        )


@dataclass(slots=True, kw_only=True)
class Watcher:
    """One tenant being watched."""

    walk: Walk
    deeds: Deeds
    worker: Worker
    labels: Counter[str] = field(default_factory=Counter)
    stirred: dict[str, Mailbox] = field(default_factory=dict)
    """Mailboxes in which something may be new, in the order they were heard of."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def drain(self) -> None:
        """Reads every mailbox to its end and carries out everything owed; deeds follow each page at once."""
        await self.worker.drain(ACT_LANE)
        for mailbox in self.walk.mailboxes:
            await self.read(mailbox)
        await look_again(self.walk, act=False)
        await self.worker.drain(ACT_LANE)

    async def read(self, mailbox: Mailbox) -> None:
        """Reads one mailbox to its end, deeds included."""
        self.walk.troubles.pop(mailbox.id, None)
        bookmark = open_bookmark(self.walk, mailbox, since=None, begun_at=None)
        async for kept in read_mailbox(self.walk, mailbox, bookmark, act=False):
            self.labels.update(mail.verdict.label.value for mail in kept)
            await self.worker.drain(ACT_LANE)

    async def go_on(self) -> None:
        """Watches until it is cancelled."""
        await together((self._listen(), self._poll(), self._carry_out(), self._read_news()))

    def stir(self, mailbox: Mailbox) -> None:
        """Something may be new here."""
        self.stirred[mailbox.id] = self.walk.mailbox(mailbox.id)
        self.news.set()

    async def _read_news(self) -> None:
        while True:
            while self.stirred:
                await self.read(self.stirred.pop(next(iter(self.stirred))))
            self.walk.tell(Step.IDLE)
            self.news.clear()
            await self.news.wait()

    async def _listen(self) -> None:
        """Hears the provider's notices; when it stops giving them, asks again after a while. Polling goes on meanwhile."""
        while True:
            try:
                async for mailbox in self.walk.connector.changes():
                    self.stir(mailbox)
            except ProviderTrouble as trouble:
                self.walk.tell(Step.TROUBLE, says=str(trouble))
            await asyncio.sleep(DEAF_S)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            try:
                await self.walk.list_again()
            except ProviderTrouble as trouble:
                self.walk.tell(Step.TROUBLE, says=str(trouble))
            for mailbox in self.walk.mailboxes:
                self.stir(mailbox)

    async def _carry_out(self) -> None:
        while True:
            await asyncio.sleep(OWED_S)
            await self.worker.drain(ACT_LANE)

"""The historical scan: reads the past, learns who writes to whom, and finds the threats that are asleep in it.

Several mailboxes are read at a time, each with its next page on the way, and their pages are judged in turn, so that none
waits for the others and one that its provider slows down holds nobody up. Mail that a notice tells of is judged before any
page, and mail that arrives unannounced in a mailbox which is not read to its end is found by looking.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from mailkeep.connect.port import ProviderTrouble
from mailkeep.flow.ahead import readers_for
from mailkeep.flow.coverage import reconcile
from mailkeep.flow.deeds import Deeds, act_worker
from mailkeep.flow.dormant import dormant_threats
from mailkeep.flow.house import House
from mailkeep.flow.live import Live
from mailkeep.flow.looks import look_again
from mailkeep.flow.notice import Notice, Step, nobody
from mailkeep.flow.reading import open_bookmark, read_mailbox
from mailkeep.flow.summaries import ScanSummary
from mailkeep.flow.walk import Walk, walking
from mailkeep.flow.worker import Worker, together
from mailkeep.people.directory import Mailbox
from mailkeep.store.ledger import ACT_LANE
from mailkeep.store.nouns import Bookmark, Kept

READ_AT_ONCE = 8
"""Mailboxes whose pages are fetched at a time."""
COUNT_AT_ONCE = 64
OWED_S = 5.0
"""Seconds between two looks for deeds that became due by waiting."""
ROUND_S = 60.0
"""Seconds between two looks for what arrived in the mailboxes that are not read to their end."""
LOOKS_A_SECOND = 50
"""How many of them are looked at in a second, however many there are."""


async def scan(
    house: House,
    tenant: str,
    *,
    since: datetime | None = None,
    notice: Notice = nobody,
    act: bool = False,
) -> ScanSummary:
    """Reads every mailbox from where the last scan stopped, then looks again at what seemed odd.

    Mailboxes read to their end before are left alone: what is new in them belongs to `watch`. Mail that arrives while
    the scan goes on is acted on; threats that were there before only with `act`, else what would be done is written down.

    Takes: `since` leaves out older mail; it counts when a mailbox is first begun.
    Raises: OperatorError, StoreError; ProviderTrouble when not even the mailboxes can be listed. Whatever ends it,
    a crash or Ctrl-C included: everything kept so far stays, and the next scan goes on from there.
    """
    started = time.monotonic()
    async with walking(house, tenant, notice) as walk:
        begun_at = house.clock()
        bookmarks = {each.id: open_bookmark(walk, each, since=since, begun_at=begun_at) for each in walk.mailboxes}
        before = sum(bookmark.mails for bookmark in bookmarks.values())
        left = await _left(walk, bookmarks)
        walk.tell(Step.COUNTED, mails=before, of=before + left)
        deeds = Deeds(house=house, tenant=tenant, connector=walk.connector, notice=notice)
        scanner = Scanner(walk=walk, bookmarks=bookmarks, worker=act_worker(house, tenant, deeds), act=act)
        scanner.worker.resume()
        async with scanner.meanwhile():
            with reading_ahead(walk, left):
                await scanner.read_all()
            look = await look_again(walk, act=act)
        return ScanSummary(
            tenant=tenant,
            mailboxes=len(walk.mailboxes),
            mails=scanner.mails,
            before=before,
            looked_again=look.looked,
            labels=house.store.label_counts(tenant),
            intents=scanner.intents + look.intents,
            seconds=time.monotonic() - started,
            dormant=await dormant_threats(walk),
            skipped=tuple(walk.skipped),
            troubles=tuple(walk.troubles.items()),
        )


@dataclass(slots=True, kw_only=True)
class Scanner:
    """One scan under way."""

    walk: Walk
    bookmarks: Mapping[str, Bookmark]
    worker: Worker
    act: bool
    mails: int = 0
    intents: int = 0
    unread: dict[str, Mailbox] = field(init=False)
    """Mailboxes that are not read to their end, in the order of their turns."""

    def __post_init__(self) -> None:
        chosen = (each for each in self.walk.mailboxes if self.bookmarks[each.id].caught_up_at is None)
        self.unread = {each.id: each for each in chosen}

    async def read_all(self) -> None:
        """Reads every mailbox that is not read to its end; pages are judged in the order in which they are here."""
        waiting = iter(list(self.unread.values()))
        await together(self._read_in_turn(waiting) for _ in range(READ_AT_ONCE))

    @asynccontextmanager
    async def meanwhile(self) -> AsyncIterator[None]:
        """Deeds are carried out and live mail is judged for as long as the block lasts."""
        live = Live(
            walk=self.walk,
            owner=self.worker.owner,
            kept=self._count,
            stirred=lambda _mailbox, _at: None,
            unlisted=lambda: None,
        )
        beside = together((live.go_on(), self.worker.go_on(ACT_LANE, OWED_S), self._look_around()))
        task = asyncio.create_task(beside)
        try:
            yield
            if task.done():
                task.result()
            await live.drain()
            # once this returns no deed is in anybody's hands, so that none is broken off by the end
            await self.worker.drain(ACT_LANE)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _read_in_turn(self, waiting: Iterator[Mailbox]) -> None:
        for mailbox in waiting:
            async for kept in read_mailbox(self.walk, mailbox, self.bookmarks[mailbox.id], act=self.act):
                self._count(kept)
            self.unread.pop(mailbox.id, None)

    def _count(self, kept: Sequence[Kept]) -> None:
        self.mails += len(kept)
        deeds = sum(len(mail.actions) for mail in kept)
        self.intents += deeds
        if deeds:
            self.worker.nudge(ACT_LANE)

    async def _look_around(self) -> None:
        """What arrives in mailboxes that are still to be read is found within a round, and judged as live mail."""
        while True:
            for mailbox in list(self.unread.values()):
                await asyncio.sleep(max(1 / LOOKS_A_SECOND, ROUND_S / max(1, len(self.unread))))
                if mailbox.id in self.unread:
                    await self.look_at(mailbox)
            await asyncio.sleep(1 / LOOKS_A_SECOND)

    async def look_at(self, mailbox: Mailbox) -> None:
        """Has what arrived in the mailbox unannounced judged as live mail."""
        try:
            await reconcile(self.walk, mailbox)
        except ProviderTrouble as trouble:
            self.walk.tell(Step.TROUBLE, mailbox, says=str(trouble))
        self.walk.nudge()


@contextmanager
def reading_ahead(walk: Walk, mails: int) -> Iterator[None]:
    """Has the other processors read the mails of this walk for as long as the block lasts."""
    walk.readers = readers_for(mails)
    try:
        yield
    finally:
        walk.readers.close()


async def _left(walk: Walk, bookmarks: Mapping[str, Bookmark]) -> int:
    """About how many mails are still to be read, for an honest progress bar."""
    gate = asyncio.Semaphore(COUNT_AT_ONCE)

    async def of(mailbox: Mailbox) -> int:
        bookmark = bookmarks[mailbox.id]
        if bookmark.caught_up_at is not None:
            return 0
        async with gate:
            try:
                return max(0, await walk.connector.count(mailbox, bookmark.since) - bookmark.mails)
            except ProviderTrouble as trouble:
                walk.tell(Step.TROUBLE, mailbox, says=str(trouble))
                return 0

    return sum(await asyncio.gather(*map(of, walk.mailboxes)))

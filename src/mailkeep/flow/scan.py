"""The historical scan: reads the past, learns who writes to whom, and finds the threats that are asleep in it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from mailkeep.connect.port import ProviderTrouble
from mailkeep.flow.ahead import readers_for
from mailkeep.flow.deeds import Deeds, act_worker
from mailkeep.flow.house import House
from mailkeep.flow.looks import look_again
from mailkeep.flow.notice import Notice, Step, nobody
from mailkeep.flow.reading import open_bookmark, read_mailbox
from mailkeep.flow.summaries import ScanSummary
from mailkeep.flow.walk import Walk, walking
from mailkeep.store.ledger import ACT_LANE


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
        left = await _left(walk, since)
        walk.tell(Step.COUNTED, mails=before, of=before + left)
        deeds = Deeds(house=house, tenant=tenant, connector=walk.connector, notice=notice)
        worker = act_worker(house, tenant, deeds)
        worker.resume()
        mails = intents = 0
        with reading_ahead(walk, left):
            for mailbox in walk.mailboxes:
                if bookmarks[mailbox.id].caught_up_at is not None:
                    continue
                async for kept in read_mailbox(walk, mailbox, bookmarks[mailbox.id], act=act):
                    mails += len(kept)
                    intents += sum(len(mail.actions) for mail in kept)
                    await worker.drain(ACT_LANE)
        look = await look_again(walk, act=act)
        await worker.drain(ACT_LANE)
        return ScanSummary(
            tenant=tenant,
            mailboxes=len(walk.mailboxes),
            mails=mails,
            before=before,
            looked_again=look.looked,
            labels=house.store.label_counts(tenant),
            intents=intents + look.intents,
            seconds=time.monotonic() - started,
            skipped=tuple(walk.skipped),
            troubles=tuple(walk.troubles.items()),
        )


@contextmanager
def reading_ahead(walk: Walk, mails: int) -> Iterator[None]:
    """Has the other processors read the mails of this walk for as long as the block lasts."""
    walk.readers = readers_for(mails)
    try:
        yield
    finally:
        walk.readers.close()


async def _left(walk: Walk, since: datetime | None) -> int:
    """About how many mails are still to be read, for an honest progress bar."""
    left = 0
    for mailbox in walk.mailboxes:
        bookmark = open_bookmark(walk, mailbox, since=since, begun_at=None)
        if bookmark.caught_up_at is not None:
            continue
        try:
            left += max(0, await walk.connector.count(mailbox, bookmark.since) - bookmark.mails)
        except ProviderTrouble as trouble:
            walk.tell(Step.TROUBLE, mailbox, says=str(trouble))
    return left

"""A mailbox read from its cursor to its end, page by page, with the next page on its way while one is judged."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from mailkeep.connect.port import Page, ProviderTrouble, Throttled, Unreachable
from mailkeep.flow.notice import Step
from mailkeep.flow.pipeline import Fetched, walk_page
from mailkeep.flow.walk import Walk
from mailkeep.people.directory import Mailbox
from mailkeep.store.nouns import Bookmark, Kept, Times

PAGE_MAILS = 100
"""Mails kept in one transaction: small enough that little is repeated after a crash, large enough that keeping is cheap."""
MOST_WAITS = 4
"""How often in a row a provider may ask for patience before the mailbox is left for the next run."""
MOST_WAIT_S = 60.0


async def read_mailbox(
    walk: Walk, mailbox: Mailbox, bookmark: Bookmark, *, act: bool, heard_at: datetime | None = None
) -> AsyncIterator[tuple[Kept, ...]]:
    """The kept mails of each page, from the bookmark to the end; trouble of the provider is noted and ends the mailbox.

    Takes: `act` as in `Manner`; `heard_at` when a notice told that something is new here.
    """
    cursor = bookmark.cursor
    try:
        fetched = await _ahead(walk, mailbox, bookmark, cursor, heard_at)
        while True:
            # a provider that promises more and never gives it would hold us here for ever
            more = fetched.page.more and fetched.page.cursor != cursor
            cursor = fetched.page.cursor
            following = asyncio.create_task(_ahead(walk, mailbox, bookmark, cursor, heard_at)) if more else None
            try:
                _skipped(walk, mailbox, fetched.page)
                yield await walk_page(walk, mailbox, fetched, bookmark, act=act)
                if following is None:
                    break
                fetched = await following
            finally:
                if following is not None:
                    following.cancel()
    except ProviderTrouble as trouble:
        walk.meet_trouble(mailbox, trouble_kind(trouble), str(trouble))
        return
    walk.house.store.clear_trouble(walk.tenant.name, mailbox.id, ("consent-lost", "unreachable", "gone", "refused"))


def open_bookmark(walk: Walk, mailbox: Mailbox, *, since: datetime | None, begun_at: datetime | None) -> Bookmark:
    """How far the mailbox was read; for a new one, what it is read with is written down."""
    return walk.house.store.begin(walk.tenant.name, mailbox.id, since=since, begun_at=begun_at)


def trouble_kind(trouble: ProviderTrouble) -> str:
    """The kind under which the store keeps this trouble: "ConsentLost" is "consent-lost"."""
    name = type(trouble).__name__
    return "".join(f"-{c.lower()}" if c.isupper() and at else c.lower() for at, c in enumerate(name))


async def _ahead(
    walk: Walk, mailbox: Mailbox, bookmark: Bookmark, cursor: str | None, heard_at: datetime | None
) -> Fetched:
    """The next page, read by the other processors where there are any. Raises: ProviderTrouble."""
    page = await _fetch(walk, mailbox, cursor, bookmark.since)
    # what lies there when a mailbox is read for the first time did not arrive under our eyes
    times = Times(notified_at=heard_at, fetched_at=walk.house.clock()) if bookmark.caught_up_at is not None else None
    if not page.deliveries:
        return Fetched(page, (), times)
    vantages = {sent: judge.vantage for sent, judge in walk.desks(mailbox).items()}
    return Fetched(page, await walk.readers.read(page.deliveries, vantages), times)


async def _fetch(walk: Walk, mailbox: Mailbox, cursor: str | None, since: datetime | None) -> Page:
    """The next page, after as much patience as the provider asks for. Raises: ProviderTrouble."""
    for waits in range(MOST_WAITS):
        try:
            return await walk.connector.fetch(mailbox, cursor, limit=PAGE_MAILS, since=since)
        except (Throttled, Unreachable) as trouble:
            walk.tell(Step.TROUBLE, mailbox, says=str(trouble))
            asked = trouble.retry_after_s or 1.0
            await asyncio.sleep(min(MOST_WAIT_S, asked if isinstance(trouble, Throttled) else asked * 2**waits))
    return await walk.connector.fetch(mailbox, cursor, limit=PAGE_MAILS, since=since)


def _skipped(walk: Walk, mailbox: Mailbox, page: Page) -> None:
    for what, why in page.skipped:
        walk.skipped.append((what, why))
        walk.house.store.note_trouble(walk.tenant.name, what, "skipped", why, walk.house.clock())
        walk.tell(Step.SKIPPED, mailbox, says=f"{what}: {why}")

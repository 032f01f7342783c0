"""Every mailbox of a tenant held against its provider's list here and now, and what is missing read at once."""

import asyncio

from mailkeep.connect.port import ProviderTrouble
from mailkeep.flow.coverage import reconcile
from mailkeep.flow.house import House
from mailkeep.flow.notice import Notice, Step, nobody
from mailkeep.flow.walk import Walk
from mailkeep.flow.watch import watching
from mailkeep.flow.worker import together
from mailkeep.people.directory import Mailbox
from mailkeep.store.coverage import Coverage

AT_ONCE = 16
"""Mailboxes that are listed at a time."""


async def prove(house: House, tenant: str, notice: Notice = nobody) -> Coverage:
    """What the receipts of this tenant come to after every mailbox was looked at anew.

    Raises: OperatorError while another process watches the tenant, which proves it by itself; ProviderTrouble, StoreError.
    """
    async with watching(house, tenant, notice) as watcher:
        await _look(watcher.walk, watcher.walk.mailboxes)
        if house.store.coverage.summary(tenant).missing:
            await watcher.drain()
            await _look(watcher.walk, watcher.walk.mailboxes)
    return house.store.coverage.summary(tenant)


async def _look(walk: Walk, mailboxes: tuple[Mailbox, ...]) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(mailbox: Mailbox) -> None:
        async with gate:
            try:
                await reconcile(walk, mailbox)
            except ProviderTrouble as trouble:
                walk.tell(Step.TROUBLE, mailbox, says=str(trouble))

    await together(one(mailbox) for mailbox in mailboxes)

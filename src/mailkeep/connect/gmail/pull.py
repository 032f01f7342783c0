"""Notices pulled from Pub/Sub: nothing of ours need be reached from outside.

A notice says whose mailbox changed, not what; it is acknowledged once the mailbox was handed on. What is lost on the way,
or dropped by Gmail (it tells of one change a second and user), is found when the mailbox is next looked at.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable

from mailkeep.connect.gmail.client import Client
from mailkeep.connect.gmail.wire import PulledList
from mailkeep.connect.port import Throttled, Unreachable
from mailkeep.people.directory import Mailbox

MOST = 100
LONG_S = 20.0
"""A pull that broke off after so long was only told that there is nothing."""


async def pulled(client: Client, owner: Callable[[str], Awaitable[Mailbox | None]]) -> AsyncGenerator[Mailbox, None]:
    """The mailboxes that notices name, for ever. Takes: whose an address is. Raises: ConsentLost, Refused."""
    while True:
        found = await _pull(client)
        for address in dict.fromkeys(each.address for each in found.received_messages):
            mailbox = await owner(address) if address else None
            if mailbox is not None:
                yield mailbox
        if found.received_messages:
            await _acknowledge(client, found)


async def _pull(client: Client) -> PulledList:
    """Notices, or none after a while."""
    began = time.monotonic()
    try:
        return await client.pull(MOST)
    except (Throttled, Unreachable) as trouble:
        if time.monotonic() - began < LONG_S:
            await asyncio.sleep(trouble.retry_after_s or 0.0)
        return PulledList()


async def _acknowledge(client: Client, found: PulledList) -> None:
    """Says that these came; where that fails they come again, which does no harm."""
    try:
        await client.acknowledge([each.ack_id for each in found.received_messages])
    except (Throttled, Unreachable) as trouble:
        await asyncio.sleep(trouble.retry_after_s or 0.0)

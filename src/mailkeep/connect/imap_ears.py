"""New mail heard as it arrives: IDLE on the inbox of every mailbox, and a look at the other folders now and then."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from mailkeep.connect.imap_line import ImapAccount, connect
from mailkeep.connect.port import ProviderTrouble

RENEW_S = 25 * 60.0
"""IDLE is begun anew before servers end it. Source: RFC 2177, at least every 29 minutes."""
DEAF_S = 5.0
"""Seconds before a broken ear is mended; longer each time, up to MOST_DEAF_S."""
MOST_DEAF_S = 300.0
EARS = 64
"""So many mailboxes are listened to; the others are looked at in turn like folders without IDLE."""
LOOK_S = 30.0
"""Seconds between two looks at all folders."""

Look = Callable[[str], Coroutine[Any, Any, dict[str, tuple[int, int]]]]
"""Folder → what changes there when mail arrives, of one mailbox. Raises: ProviderTrouble."""


async def heard(
    account: ImapAccount, mailboxes: Sequence[str], look: Look, threads: Executor
) -> AsyncGenerator[str, None]:
    """Mailboxes in which something may have arrived; first every one, once it is listened to."""
    told: asyncio.Queue[str] = asyncio.Queue()
    tasks = [asyncio.create_task(_listen(account, mailbox, told, threads)) for mailbox in mailboxes[:EARS]]
    tasks.append(asyncio.create_task(_look(mailboxes, look, told)))
    try:
        while True:
            heard_of = {await told.get()}
            while not told.empty():
                heard_of.add(told.get_nowait())
            for mailbox in sorted(heard_of):
                yield mailbox
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _listen(account: ImapAccount, mailbox: str, told: asyncio.Queue[str], threads: Executor) -> None:
    """Keeps an ear on one inbox for ever. What arrived while it was deaf is told of when it hears again."""
    loop = asyncio.get_running_loop()
    deaf = DEAF_S
    while True:
        try:
            opening = threads.submit(_ear, account, mailbox)
            try:
                client = await asyncio.wrap_future(opening)
            except asyncio.CancelledError:
                opening.add_done_callback(_abandon)
                raise
            try:
                told.put_nowait(mailbox)
                deaf = DEAF_S
                await _hear(client, threads, lambda: told.put_nowait(mailbox))
            finally:
                await asyncio.shield(loop.run_in_executor(threads, _hang_up, client))
        except (ProviderTrouble, IMAPClientError, OSError):
            # Not told here: whoever reads the mailbox next is told the same trouble, as a sentence.
            await asyncio.sleep(deaf)
            deaf = min(MOST_DEAF_S, deaf * 2)


async def _hear(client: IMAPClient, threads: Executor, arrived: Callable[[], None]) -> None:
    """Tells of every arrival until the server ends the connection, or it is time to begin anew."""
    until = asyncio.get_running_loop().time() + RENEW_S
    while await _readable(client, until - asyncio.get_running_loop().time()):
        answers = await asyncio.get_running_loop().run_in_executor(threads, client.idle_check, 0)
        if not answers or any(b"BYE" in answer[:1] for answer in answers):
            return
        if any(b"EXISTS" in answer[1:2] for answer in answers):
            arrived()


def _ear(account: ImapAccount, mailbox: str) -> IMAPClient:
    """A connection in IDLE on the inbox. Raises: ProviderTrouble, OSError, IMAPClientError."""
    client = connect(account, mailbox)
    try:
        client.select_folder("INBOX", readonly=True)
        client.idle()
    except (IMAPClientError, OSError):
        _hang_up(client)
        raise
    return client


async def _readable(client: IMAPClient, timeout_s: float) -> bool:
    """True once the server said something, False when it did not in time."""
    loop = asyncio.get_running_loop()
    said: asyncio.Future[None] = loop.create_future()
    handle = client.socket().fileno()
    loop.add_reader(handle, _once, said)
    try:
        await asyncio.wait_for(said, timeout_s)
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(handle)
    return True


def _once(said: asyncio.Future[None]) -> None:
    if not said.done():
        said.set_result(None)


async def _look(mailboxes: Sequence[str], look: Look, told: asyncio.Queue[str]) -> None:
    """Looks at every folder of every mailbox in turn, for ever."""
    standing: dict[str, dict[str, tuple[int, int]]] = {}
    while True:
        for mailbox in mailboxes:
            with contextlib.suppress(ProviderTrouble):
                now = await look(mailbox)
                if standing.get(mailbox, now if mailbox in mailboxes[:EARS] else None) != now:
                    told.put_nowait(mailbox)
                standing[mailbox] = now
        await asyncio.sleep(LOOK_S)


def _abandon(opening: Future[IMAPClient]) -> None:
    """Closes what was still being opened when nobody listened any more."""
    if not opening.cancelled() and opening.exception() is None:
        _hang_up(opening.result())


def _hang_up(client: IMAPClient) -> None:
    with contextlib.suppress(OSError, IMAPClientError):
        client.shutdown()

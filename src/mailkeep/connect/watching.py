"""Stirrings in mail files as they happen: the kernel's notices, and a sweep that misses nothing they lost."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Hashable, Mapping
from contextlib import aclosing
from pathlib import Path

from watchfiles import Change, awatch

from mailkeep.connect.port import Unreachable
from mailkeep.connect.trouble import disk_trouble

DEBOUNCE_MS = 80
"""Notices that come closer together than this are told once."""
STEP_MS = 20
SWEEP_S = 5.0
"""Seconds between two sweeps. Notices get lost when a directory is filled the moment it is made, when the kernel's queue
overflows, and on network shares."""
SWEEP_SHARE = 20
"""A sweep that took t seconds is not repeated for this many times t."""

Standing = Mapping[str, Hashable]
"""Mailbox id → something that differs when mail arrived there."""


async def stirrings(
    root: Path, sweep: Callable[[], Standing], owner: Callable[[Path], str | None]
) -> AsyncGenerator[str, None]:
    """Ids of mailboxes in which something may have arrived; first every one, since nobody watched before.

    Takes: `owner` tells whose mailbox a path belongs to, None for nobody's. Raises: ProviderTrouble.
    """
    standing = await _swept(sweep)
    for mailbox in sorted(standing):
        yield mailbox
    pause = 0.0
    swept_at = time.monotonic()
    async with aclosing(_notices(root)) as notices:
        async for paths in notices:
            told = {found for path in paths if (found := owner(path)) is not None}
            if time.monotonic() - swept_at >= pause:
                started = time.monotonic()
                now = await _swept(sweep)
                told |= {mailbox for mailbox, mark in now.items() if standing.get(mailbox) != mark}
                standing, swept_at = now, time.monotonic()
                pause = max(SWEEP_S, SWEEP_SHARE * (swept_at - started))
            for mailbox in sorted(told):
                yield mailbox


async def _swept(sweep: Callable[[], Standing]) -> Standing:
    try:
        return await asyncio.to_thread(sweep)
    except OSError as error:
        raise disk_trouble(error, "looking for new mail") from error


async def _notices(root: Path) -> AsyncGenerator[list[Path], None]:
    """Paths that something happened to, and now and then none. Where the kernel cannot watch, only none."""
    try:
        watched = awatch(
            root,
            watch_filter=None,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            rust_timeout=1000,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        async with aclosing(watched):
            async for changes in watched:
                if not changes:
                    await asyncio.to_thread(root.stat)
                yield [Path(path) for change, path in changes if change != Change.deleted]
    except FileNotFoundError as error:
        raise Unreachable(f"{root}: is not there any more. Mount it, or correct the tenant's path.") from error
    except OSError:
        while True:
            yield []
            await asyncio.sleep(SWEEP_S)

"""How verbs that never end by themselves are ended."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from mailkeep.cli.frame import say


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Does the work until it ends or the process is told to stop (SIGTERM), which is an honest end; Ctrl-C is an interruption.

    Raises: what the work raises.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, told.set)
    doing, stopping = asyncio.create_task(work), asyncio.create_task(told.wait())
    try:
        await asyncio.wait((doing, stopping), return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            doing.result()
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        stopping.cancel()
        doing.cancel()
        await asyncio.gather(doing, stopping, return_exceptions=True)
    if told.is_set():
        say("Stopped. Everything finished so far is kept; the same command goes on from there.")

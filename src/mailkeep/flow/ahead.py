"""Reading ahead: the pure first half of the corridor (bytes → Message → Facts) on the other processors.

Only the long historical scan does this; what arrives live is judged in one process, mail by mail.
"""

import asyncio
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from multiprocessing.connection import wait
from typing import TypeAlias

from mailkeep.connect.port import Delivery
from mailkeep.facts.facts import Facts
from mailkeep.facts.observe import observe
from mailkeep.facts.vantage import Vantage
from mailkeep.mail import Message, parse

CHUNK = 25
"""Mails that one process is given at a time."""
WORTHWHILE = 500
"""Mails below which starting processes costs more than it saves."""

Read: TypeAlias = tuple[Message, Facts]
Task: TypeAlias = tuple[bytes, bytes, datetime]
"""A vantage, pickled; a mail's bytes; when it was received."""


def read(raw: bytes, vantage: Vantage, received_at: datetime | None = None) -> Read:
    """What a mail says, and the facts of it, seen from here. Raises: nothing, whatever the bytes."""
    message = parse(raw)
    return message, observe(message, vantage, received_at)


@dataclass(slots=True)
class Readers:
    """Processes that read mails; none at all where there is one processor or too little to do."""

    pool: ProcessPoolExecutor | None = None

    async def read(self, deliveries: Sequence[Delivery], vantages: dict[bool, Vantage]) -> Sequence[Read | None]:
        """Each mail read, in order; None for all where nobody reads ahead. Takes: vantages by `Delivery.sent`."""
        if self.pool is None:
            return [None] * len(deliveries)
        packed = {sent: pickle.dumps(vantage) for sent, vantage in vantages.items()}
        tasks = [(packed[each.sent], each.raw, each.received_at) for each in deliveries]
        chunks = [tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK)]
        loop = asyncio.get_running_loop()
        try:
            found = await asyncio.gather(*(loop.run_in_executor(self.pool, _read_all, chunk) for chunk in chunks))
        except BrokenProcessPool:
            # a process was killed (memory, an impatient administrator): the scan goes on by itself
            self.pool = None
            return [None] * len(deliveries)
        return [each for chunk in found for each in pickle.loads(chunk)]  # noqa: S301 - our own process wrote it

    def close(self) -> None:
        """Lets the processes end."""
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
            self.pool = None


def readers_for(mails: int) -> Readers:
    """Readers fit for this much work: one process for every processor but ours."""
    spare = min(8, len(os.sched_getaffinity(0)) - 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) - 1)
    if mails < WORTHWHILE or spare < 1:
        return Readers()
    context = multiprocessing.get_context("spawn")
    return Readers(ProcessPoolExecutor(max_workers=spare, mp_context=context, initializer=_begin))


def _read_all(chunk: Sequence[Task]) -> bytes:
    """The mails of a chunk, pickled here so that the one process that keeps does not wait for it."""
    return pickle.dumps([read(raw, _vantage(packed), at) for packed, raw, at in chunk], protocol=5)


@lru_cache(maxsize=4)
def _vantage(packed: bytes) -> Vantage:
    vantage: Vantage = pickle.loads(packed)  # noqa: S301 - our own process wrote it
    return vantage


def _begin() -> None:
    """Leaves Ctrl-C to the process that started us, and ends with it even when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)

"""Writes down what many jobs hand in at a time in one transaction, so that the disk does not set their pace."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mailkeep.act.perform import Closing
from mailkeep.connect.port import State
from mailkeep.store.ledger import Ledger

T = TypeVar("T")

APART_S = 0.02
"""Between two transactions while there is much to write; one thing alone is written down at once."""


@dataclass(slots=True)
class Grouped(Generic[T]):
    """Hands what comes from many sides to `write`, together."""

    write: Callable[[list[T]], None]
    """One transaction."""
    _waiting: list[T] = field(default_factory=list)
    _writing: asyncio.Task[None] | None = None
    """The transaction that is to come, in which there is still room."""
    _wrote_at: float = float("-inf")

    async def keep(self, what: T) -> None:
        """Returns once this is kept. Raises: what `write` raises, for everyone whose words it had."""
        self._waiting.append(what)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await asyncio.shield(self._writing)

    async def _write(self) -> None:
        now = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self._wrote_at + APART_S - now()))
        waiting, self._waiting = self._waiting, []
        self._writing = None
        self.write(waiting)
        self._wrote_at = now()


class Scribe:
    """Fits `act.perform.Ledger`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._words: Grouped[tuple[str, State] | Closing] = Grouped(self._write)

    async def keep_undo(self, action: str, state: State) -> None:
        """Keeps how the mail lay before the deed. Raises: StoreError."""
        await self._words.keep((action, state))

    async def close(self, closing: Closing) -> None:
        """Keeps how the deed ended. Raises: StoreError."""
        await self._words.keep(closing)

    def _write(self, words: list[tuple[str, State] | Closing]) -> None:
        closings = [each for each in words if isinstance(each, Closing)]
        self._ledger.write([each for each in words if not isinstance(each, Closing)], closings)

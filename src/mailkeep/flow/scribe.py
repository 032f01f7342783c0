"""Writes down undos and receipts of many deeds in one transaction, so that the disk does not set their pace."""

import asyncio
from dataclasses import dataclass, field

from mailkeep.act.perform import Closing
from mailkeep.connect.port import State
from mailkeep.store.ledger import Ledger

APART_S = 0.02
"""Between two transactions while there is much to write; a deed alone is written down at once."""


@dataclass(slots=True)
class Scribe:
    """Fits `act.perform.Ledger`: whoever hands something in goes on once it is kept."""

    ledger: Ledger
    _undos: list[tuple[str, State]] = field(default_factory=list)
    _closings: list[Closing] = field(default_factory=list)
    _writing: asyncio.Task[None] | None = None
    """The transaction that is to come, in which there is still room."""
    _wrote_at: float = float("-inf")

    async def keep_undo(self, action: str, state: State) -> None:
        """Keeps how the mail lay before the deed. Raises: StoreError."""
        self._undos.append((action, state))
        await self._kept()

    async def close(self, closing: Closing) -> None:
        """Keeps how the deed ended. Raises: StoreError."""
        self._closings.append(closing)
        await self._kept()

    async def _kept(self) -> None:
        """Returns once everything that was handed in until now is kept."""
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await asyncio.shield(self._writing)

    async def _write(self) -> None:
        now = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self._wrote_at + APART_S - now()))
        undos, closings, self._undos, self._closings = self._undos, self._closings, [], []
        self._writing = None
        self.ledger.write(undos, closings)
        self._wrote_at = now()

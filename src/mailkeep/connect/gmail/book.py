"""The labels of one mailbox: ids, which its provider knows, and marks, which outlive it."""

import asyncio
from collections.abc import Iterable

from mailkeep.connect.gmail.client import Client, Desk
from mailkeep.connect.gmail.labels import LABEL, QUARANTINE, SUSPICIOUS
from mailkeep.connect.gmail.wire import Label, is_system
from mailkeep.connect.port import Refused

OURS = {mark.casefold(): mark for mark in (QUARANTINE, SUSPICIOUS)}
"""A user may have written our labels' names in other letters; Gmail takes them for the same."""


class Book:
    """What the labels of a mailbox are called. Asked for when a label is met that is not in it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._marks: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._lock = asyncio.Lock()

    async def marks(self, desk: Desk, ids: Iterable[str]) -> frozenset[str]:
        """The marks of these labels; one that the user removed meanwhile is left out."""
        ids = frozenset(ids)
        if any(not is_system(each) and each not in self._marks for each in ids):
            await self._read(desk)
        found = (each if is_system(each) else self._marks.get(each, "") for each in ids)
        return frozenset(found) - {""}

    async def label(self, desk: Desk, mark: str) -> str:
        """The id of a label that is there already; empty when there is none of this mark."""
        if mark not in self._ids:
            await self._read(desk)
        return self._ids.get(mark, "")

    async def ids(self, desk: Desk, marks: Iterable[str]) -> list[str]:
        """The ids of these labels, those that are missing made."""
        return [each if not each.startswith(LABEL) else await self._made(desk, each) for each in sorted(marks)]

    def known(self, marks: Iterable[str]) -> list[str]:
        """The ids of these labels, those that are missing left out."""
        return [self._ids.get(each, "") if each.startswith(LABEL) else each for each in sorted(marks)]

    def forget(self) -> None:
        """What is in it is no longer so: the user changed the labels."""
        self._marks.clear()
        self._ids.clear()

    async def _made(self, desk: Desk, mark: str) -> str:
        """The id of the label. One that is not known is made at once: mostly it is not there, and Gmail says if it is."""
        async with self._lock:
            if mark not in self._ids:
                try:
                    name, hidden = mark.removeprefix(LABEL), mark == QUARANTINE
                    self._enter(await self._client.create_label(desk, name, hidden=hidden))
                except Refused:
                    await self._read(desk)
                    if mark not in self._ids:
                        raise
            return self._ids[mark]

    async def _read(self, desk: Desk) -> None:
        labels = await self._client.labels(desk)
        self.forget()
        for label in labels:
            self._enter(label)

    def _enter(self, label: Label) -> None:
        mark = OURS.get(label.mark.casefold(), label.mark)
        self._marks[label.id] = mark
        self._ids[mark] = label.id

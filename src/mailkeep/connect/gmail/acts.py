"""Our acts on a mail: what its labels are to be, and the change that makes them so."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakValueDictionary

import msgspec

from mailkeep.connect.gmail.client import Desk
from mailkeep.connect.gmail.labels import state_of
from mailkeep.connect.gmail.reader import Known, Reader
from mailkeep.connect.gmail.refusals import StaleLabel
from mailkeep.connect.port import Done, Gone, Outcome, Ref, State, Unreachable

Marks = frozenset[str]
MOST_LABELS = 100
"""Labels that one request may put on, and take off."""
TRIES = 4
STILL_SO_S = 2.0
"""So long what `state` told is taken for true by the one act that follows: it spares the question being asked twice."""
TOLD = 10_000


class Acts:
    """Changes labels until they are as wanted, whoever else changes them meanwhile."""

    def __init__(self, reader: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._reader = reader
        self._clock = clock
        self._told: OrderedDict[tuple[str, str], tuple[float, Known]] = OrderedDict()
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def state(self, desk: Desk, ref: Ref) -> State:
        """Where the mail lies now. Raises: Gone, ProviderTrouble."""
        known = await self._reader.glance(desk, ref.id)
        self._told[desk.address, ref.id] = (self._clock(), known)
        if len(self._told) > TOLD:
            self._told.popitem(last=False)
        return state_of(known.marks)

    async def make(self, desk: Desk, ref: Ref, change: Callable[[Marks], Marks]) -> Outcome:
        """Makes the mail's labels what `change` makes of them. Raises: ProviderTrouble."""
        key = (desk.address, ref.id)
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            try:
                return await self._made(desk, ref, change)
            except Gone:
                return Outcome(done=Done.GONE, ref=ref)

    async def _made(self, desk: Desk, ref: Ref, change: Callable[[Marks], Marks]) -> Outcome:
        marks = await self._marks(desk, ref)
        done = Done.ALREADY
        for _ in range(TRIES):
            wanted = change(marks)
            if wanted == marks:
                return Outcome(done=done, ref=msgspec.structs.replace(ref, folder=state_of(marks).folder))
            try:
                # the answer tells how the mail is now: what the user did meanwhile is seen and the rest done
                marks = await self._changed(desk, ref, wanted - marks, marks - wanted)
                done = Done.DONE
            except StaleLabel:
                self._reader.book(desk).forget()
                marks = (await self._reader.glance(desk, ref.id)).marks
        raise Unreachable(
            f"mail {ref.id} of {desk.address}: its labels did not become as asked for in {TRIES} tries; somebody else changes"
            " them too. It is tried again."
        )

    async def _marks(self, desk: Desk, ref: Ref) -> Marks:
        """The mail's marks: what `state` told a moment ago, else asked for."""
        at, known = self._told.pop((desk.address, ref.id), (0.0, None))
        if known is not None and self._clock() - at <= STILL_SO_S:
            return known.marks
        return (await self._reader.glance(desk, ref.id)).marks

    async def _changed(self, desk: Desk, ref: Ref, on: Marks, off: Marks) -> Marks:
        """The mail's marks after these were put on and taken off. Raises: StaleLabel, Gone, ProviderTrouble."""
        book = self._reader.book(desk)
        put, taken = await book.ids(desk, on), [label for label in book.known(off) if label]
        while True:
            message = await self._reader.client.relabel(desk, ref.id, put[:MOST_LABELS], taken[:MOST_LABELS])
            put, taken = put[MOST_LABELS:], taken[MOST_LABELS:]
            if not put and not taken:
                return await self._reader.book(desk).marks(desk, message.label_ids)

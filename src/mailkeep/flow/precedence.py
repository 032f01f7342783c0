"""Who is judged first: live mail at once; pages one at a time, giving way to live mail between any two of their mails."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

LATELY = 20_000
"""Mails of which it is remembered that they were judged: many more than can be under way at a time."""


@dataclass(slots=True)
class Precedence:
    """One tenant's judging: a single judge, whose time live mail has before pages."""

    _page: asyncio.Lock = field(default_factory=asyncio.Lock)
    _free: asyncio.Event = field(default_factory=asyncio.Event)
    _lately: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self._free.set()

    @contextmanager
    def live(self) -> Iterator[None]:
        """Pages stand still for as long as the block lasts."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    @asynccontextmanager
    async def page(self) -> AsyncIterator[None]:
        """No other page is judged for as long as the block lasts; they come in the order of asking."""
        async with self._page:
            await self._free.wait()
            yield

    async def give_way(self) -> None:
        """Lets deeds, fetches and live mail go on between two mails of a page."""
        await asyncio.sleep(0)
        await self._free.wait()

    def take(self, verdict: str) -> bool:
        """True for the first who is about to judge this mail; whoever asks after that need not."""
        if verdict in self._lately:
            return False
        self._lately[verdict] = None
        if len(self._lately) > LATELY:
            self._lately.popitem(last=False)
        return True

"""Looking into mailboxes, behind whatever notices say: soon where something was found, ever more rarely where all is quiet.

Every mailbox has its own next look, spread so that ten thousand of them are not looked into at once.
"""

import asyncio
import heapq
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from mailkeep.flow.worker import crew, rung
from mailkeep.people.directory import Mailbox

AT_ONCE = 8
"""Mailboxes whose pages are fetched at a time; their mails are judged one by one."""
FIRST_S = 5.0
"""Seconds until the next look where something was found."""
CALM_S = 30.0
"""The same where nothing was found at the first look; each further one in vain doubles it."""
MOST_S = 60.0
"""The most for a mailbox that no notices come from, and for one that could not be read."""
MOST_TOLD_S = 300.0
"""The most for a mailbox of which the provider promised to tell: notices get lost."""
ECHO_S = 1.5
"""Until the look that follows one a notice led to: Gmail tells of one change a second, and not of those close behind it."""
SPREAD = 0.2
"""Share of the wait that is left to chance."""

Look = Callable[[Mailbox, datetime | None], Awaitable[int | None]]
"""Reads a mailbox to its end, told of at that moment; gives how many new mails it found, None when it could not be read."""


@dataclass(slots=True)
class Turn:
    """When it is a mailbox' turn."""

    mailbox: Mailbox
    at: float
    every_s: float = CALM_S / 2


@dataclass(slots=True, kw_only=True)
class Rota:
    """Whose turn it is. Moments are seconds of any clock that only goes forward."""

    is_told: Callable[[str], bool]
    """True when the provider promised to tell of new mail in the mailbox of this id."""
    chance: Callable[[], float] = random.random
    turns: dict[str, Turn] = field(default_factory=dict)
    queue: list[tuple[float, str]] = field(default_factory=list)
    """(moment, mailbox), soonest first; an entry of another moment than its turn's is void."""
    stirred: dict[str, datetime | None] = field(default_factory=dict)
    """Mailboxes in which something is new, in the order they were heard of → when a notice told."""
    reading: set[str] = field(default_factory=set)

    def enrol(self, mailboxes: Iterable[Mailbox], now: float) -> None:
        """Takes up the mailboxes there are: new ones have their turn now, and the others are forgotten."""
        listed = {each.id: each for each in mailboxes}
        for gone in self.turns.keys() - listed.keys():
            del self.turns[gone]
            self.stirred.pop(gone, None)
        for name, mailbox in listed.items():
            if name in self.turns:
                self.turns[name].mailbox = mailbox
            else:
                self.turns[name] = Turn(mailbox, now)
                heapq.heappush(self.queue, (now, name))

    def stir(self, mailbox: Mailbox, heard_at: datetime | None) -> None:
        """Something is new here: its turn comes before all that are merely due."""
        if mailbox.id in self.turns:
            self.stirred.setdefault(mailbox.id, heard_at)

    def take(self, now: float) -> tuple[Mailbox, datetime | None] | None:
        """The next mailbox to be read, in hand from now on; None when it is nobody's turn."""
        for name, heard_at in self.stirred.items():
            if name not in self.reading:
                del self.stirred[name]
                self.reading.add(name)
                return self.turns[name].mailbox, heard_at
        while self.queue and self.queue[0][0] <= now:
            at, name = heapq.heappop(self.queue)
            turn = self.turns.get(name)
            if turn is not None and turn.at == at and name not in self.reading:
                self.reading.add(name)
                return turn.mailbox, None
        return None

    def back(self, mailbox: Mailbox, now: float, found: int | None, *, heard: bool = False) -> None:
        """The mailbox was read; see `Look` for what was found. Takes: `heard` when a notice had told of it.

        Mail that no notice told of shows that notices get lost here, and the next look comes soon.
        """
        self.reading.discard(mailbox.id)
        turn = self.turns.get(mailbox.id)
        if turn is None:
            return
        told = self.is_told(mailbox.id)
        if not heard:
            turn.every_s = FIRST_S if found else turn.every_s * 2
        elif not told:
            turn.every_s = min(turn.every_s, CALM_S)
        turn.every_s = min(turn.every_s, MOST_TOLD_S if told and found is not None else MOST_S)
        wait = ECHO_S if heard and told and found is not None else turn.every_s * (1 - SPREAD * self.chance())
        turn.at = now + wait
        heapq.heappush(self.queue, (turn.at, mailbox.id))

    def soonest(self, now: float) -> float:
        """Seconds until it is somebody's turn."""
        return max(0.0, self.queue[0][0] - now) if self.queue else MOST_S


@dataclass(slots=True, kw_only=True)
class Polling:
    """The mailboxes of one tenant looked into in their turn."""

    look: Look
    rota: Rota
    idle: Callable[[], None]
    """Told whenever all that could be read was read."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    rested: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once every mailbox had its first turn."""

    def stir(self, mailbox: Mailbox, heard_at: datetime | None = None) -> None:
        """Something is new here, as a notice told at that moment."""
        self.rota.stir(mailbox, heard_at)
        self.news.set()

    async def once(self, mailboxes: Iterable[Mailbox]) -> None:
        """Reads each of these once."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def read(mailbox: Mailbox) -> None:
            async with gate:
                await self.look(mailbox, None)

        async with crew() as reading:
            for mailbox in mailboxes:
                reading.create_task(read(mailbox))

    async def go_on(self) -> None:
        """Looks into mailboxes in their turn until it is cancelled."""
        busy = True
        async with crew() as reading:
            while True:
                self.news.clear()
                while len(self.rota.reading) < AT_ONCE and (taken := self.rota.take(time.monotonic())):
                    reading.create_task(self._read(*taken))
                    busy = True
                if busy and not self.rota.reading:
                    busy = False
                    self.rested.set()
                    self.idle()
                await rung(self.news, MOST_S if self.rota.reading else self.rota.soonest(time.monotonic()))

    async def _read(self, mailbox: Mailbox, heard_at: datetime | None) -> None:
        found = await self.look(mailbox, heard_at)
        self.rota.back(mailbox, time.monotonic(), found, heard=heard_at is not None)
        self.news.set()

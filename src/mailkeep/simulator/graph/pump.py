"""Sends notices to the addresses that subscribed, as Graph does: several in a post, three seconds to answer, tried again.

A post that is not answered with 2xx in time is repeated with growing pauses for four hours; then its subscriptions hear
"missed". Source: Graph, "Receive change notifications through webhooks" and "Reduce missing change notifications".
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec

_LONGEST_PAUSE_S = 600.0
_TAKEN = range(200, 300)


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How notices travel."""

    latency_s: float = 0.0
    """From the change to the first post; under a minute at Microsoft, here none unless asked for."""
    patience_s: float = 3.0
    """An answer later than that is none."""
    retry_s: float = 10.0
    """First pause before the same post again; doubled each time."""
    give_up_s: float = 4 * 3600.0
    overtaken_s: float = 1.0
    """A notice that is held back for a later one leaves at the latest then."""
    most_in_post: int = 100
    posts_at_once: int = 8
    """To one address."""


@dataclass(slots=True, frozen=True)
class Letterhead:
    """Where a notice goes and on whose behalf."""

    url: str
    subscription: str
    on_lost: Callable[[], None] = field(default=lambda: None, compare=False)
    """Called when the notice was given up; once for all those of a subscription in one post."""


@dataclass(slots=True, eq=False)
class Notice:
    """One entry of a post's `value`."""

    head: Letterhead
    says: dict[str, Any]
    token: str = ""
    """The validation token that goes with a notice that carries the message."""


@dataclass(slots=True, eq=False)
class _Lane:
    """All that goes to one address."""

    url: str
    waiting: deque[Notice] = field(default_factory=deque)
    held: list[Notice] = field(default_factory=list)
    posts: int = 0
    """Under way."""


class Pump:
    """Runs between `start` and `close`; notices given to it at other times are lost."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.count: Counter[str] = Counter()
        """posts, delivered (notices), refused (posts), late (posts), given up (notices)."""
        self._lanes: dict[str, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._session: aiohttp.ClientSession | None = None
        self._held = False

    async def start(self) -> None:
        """From now on notices leave."""
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, trust_env=False)

    async def close(self) -> None:
        """Whatever has not left stays."""
        session, self._session = self._session, None
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lanes.clear()
        if session is not None:
            await session.close()

    def hold(self) -> None:
        """Nothing leaves any more; an outage of the provider is one of its notices too."""
        self._held = True

    def release(self) -> None:
        """What was held leaves."""
        self._held = False
        for lane in self._lanes.values():
            self._depart(lane)

    @property
    def idle(self) -> bool:
        """True when nothing is under way, waiting, or to be tried again."""
        return not self._tasks and not self._timers and not any(lane.waiting for lane in self._lanes.values())

    def send(self, notice: Notice, fate: Sequence[float] = (0.0,), *, overtaken: bool = False) -> None:
        """Puts a notice on its way.

        Takes: fate, seconds until each of its copies leaves; overtaken to hold it back until a later one has left.
        """
        if self._session is None:
            return
        for seconds in fate:
            wait = seconds + self.pace.latency_s
            if wait > 0:
                self._later(wait, self._enter, notice, overtaken)
            else:
                self._enter(notice, overtaken)

    async def ask(self, url: str, query: dict[str, str], patience_s: float) -> tuple[int, str, str]:
        """(status, content type, body) of the answer to the validation request. Raises: TimeoutError, aiohttp.ClientError."""
        if self._session is None:
            raise TimeoutError("the pump is not running")
        timeout = aiohttp.ClientTimeout(total=patience_s)
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        async with self._session.post(url, params=query, headers=headers, timeout=timeout) as answer:
            return answer.status, answer.content_type, await answer.text()

    def _enter(self, notice: Notice, overtaken: bool) -> None:  # noqa: FBT001 - called by timers, which pass no keywords
        lane = self._lanes.setdefault(notice.head.url, _Lane(notice.head.url))
        if overtaken:
            lane.held.append(notice)
            self._later(self.pace.overtaken_s, self._release, lane)
            return
        if not lane.waiting:
            # what else changes in this turn of the loop goes with the same post
            asyncio.get_running_loop().call_soon(self._depart, lane)
        lane.waiting.append(notice)
        self._release(lane)

    def _release(self, lane: _Lane) -> None:
        if not lane.held:
            return
        lane.waiting.extend(lane.held)
        lane.held.clear()
        asyncio.get_running_loop().call_soon(self._depart, lane)

    def _depart(self, lane: _Lane) -> None:
        quiet = self._held or self._session is None
        while lane.waiting and lane.posts < self.pace.posts_at_once and not quiet:
            most = min(len(lane.waiting), self.pace.most_in_post)
            batch = [lane.waiting.popleft() for _ in range(most)]
            lane.posts += 1
            self._go(lane, batch, time.monotonic(), self.pace.retry_s)

    def _go(self, lane: _Lane, batch: list[Notice], since: float, pause_s: float) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(lane, batch, since, pause_s))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, lane: _Lane, batch: list[Notice], since: float, pause_s: float) -> None:
        taken = await self._post(lane.url, batch)
        lane.posts -= 1
        self._depart(lane)
        if taken:
            self.count["delivered"] += len(batch)
        elif time.monotonic() - since + pause_s > self.pace.give_up_s:
            self.count["given up"] += len(batch)
            for head in {notice.head for notice in batch}:
                head.on_lost()
        else:
            self._later(pause_s, self._repeat, lane, batch, since, min(pause_s * 2, _LONGEST_PAUSE_S))

    def _repeat(self, lane: _Lane, batch: list[Notice], since: float, pause_s: float) -> None:
        if self._held:
            lane.waiting.extendleft(reversed(batch))
            return
        lane.posts += 1
        self._go(lane, batch, since, pause_s)

    async def _post(self, url: str, batch: list[Notice]) -> bool:
        body: dict[str, Any] = {"value": [notice.says for notice in batch]}
        if tokens := {notice.token for notice in batch} - {""}:
            body["validationTokens"] = sorted(tokens)
        self.count["posts"] += 1
        status = await self._status(url, msgspec.json.encode(body))
        if status not in _TAKEN:
            self.count["late" if status is None else "refused"] += 1
        return status in _TAKEN

    async def _status(self, url: str, body: bytes) -> int | None:
        """What the address answered: 0 when it did not, None when it took too long."""
        if self._session is None:
            return 0
        timeout = aiohttp.ClientTimeout(total=self.pace.patience_s)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            async with self._session.post(url, data=body, headers=headers, timeout=timeout) as answer:
                return answer.status
        except TimeoutError:
            return None
        except aiohttp.ClientError:
            return 0

    def _later(self, seconds: float, do: Callable[..., None], *about: object) -> None:
        def ring() -> None:
            self._timers.discard(timer)
            do(*about)

        timer = asyncio.get_running_loop().call_later(seconds, ring)
        self._timers.add(timer)

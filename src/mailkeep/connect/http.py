"""Questions to a provider over HTTP: within its limits, with a token, patient where that helps, bounded in all.

| Answer | What happens |
|---|---|
| 429 with Retry-After | the key is paused for that long, then asked again; longer than anybody would wait: Throttled at once |
| 503 | the same, and without Retry-After after doubling waits, a few times |
| 502, 504, a broken line | asked again where asking twice does no harm, a few times; after 500 once |
| 401, and 403 to a token of some age | asked once more with a fresh token |
| anything else | given to the caller, with `trouble_of` to put it into the port's words |
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Protocol

import aiohttp
import msgspec
from yarl import URL

from mailkeep.connect.answers import Answer, Ask
from mailkeep.connect.limits import Claim, Haste, Limiter
from mailkeep.connect.port import Unreachable
from mailkeep.connect.vitals import Vitals

CONNECT_S, ANSWER_S = 10.0, 30.0
PATIENCE_S = 20.0
"""So long after its beginning a question may be asked again; with one last answer it stays below a job's lease."""
MOST_TRIES = 4
FIRST_WAIT_S = 0.4
CONNECTIONS = 128


class Bearer(Protocol):
    """Where a token comes from."""

    async def token(self) -> str:
        """One that is valid now. Raises: ProviderTrouble."""

    def forget(self, token: str) -> None:
        """The provider did not accept this one."""

    def doubt(self, token: str) -> bool:
        """The provider refused what this one was to allow; True when another is worth trying, for much may be granted since."""


class Http:
    """One provider's line: a connection pool, its limits, and how it is."""

    def __init__(
        self, limiter: Limiter | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.limiter = limiter or Limiter()
        self.clock = clock
        self.exhausted_until: datetime | None = None
        """Set by the connector when a daily or project limit is used up."""
        self.skew_s: float | None = None
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._last_answer_at: datetime | None = None
        self._unanswered_since: datetime | None = None
        self._last_date = ""

    async def ask(
        self,
        ask: Ask,
        bearer: Bearer,
        claims: Sequence[Claim] = (),
        *,
        haste: Haste = Haste.LIVE,
        send: Callable[[Ask], Awaitable[Answer]] | None = None,
    ) -> Answer:
        """The answer, whatever its status, once asking again makes no sense. Raises: ProviderTrouble.

        Takes: the claims, the narrowest first: it is what a Retry-After pauses; `send` where requests go otherwise
        than one by one.
        """
        self._unanswered_since = self._unanswered_since or self.clock()
        until = time.monotonic() + PATIENCE_S
        fresh = True
        for tries in count():
            token = await bearer.token()
            async with self.limiter.turn(claims, haste=haste):
                got = await _tried(ask, token, send or self.send)
                told_s = _told_s(got)
                if claims and told_s is not None:
                    self.limiter.pause(claims[0], told_s)  # before anybody else has a turn
            if fresh and isinstance(got, Answer) and _needs_another(got, bearer, token):
                fresh = False
                continue
            wait_s = _wait_s(ask, got, tries)
            if wait_s is None or tries == MOST_TRIES or self._closed or time.monotonic() + wait_s > until:
                break
            if not claims or told_s is None:
                await asyncio.sleep(wait_s)
        if isinstance(got, Unreachable):
            raise got
        if got.ok or got.status == 404:
            self._last_answer_at, self._unanswered_since = self.clock(), None
        return got

    async def send(self, ask: Ask) -> Answer:
        """One exchange. Raises: Unreachable."""
        if self._closed:
            raise Unreachable(f"{ask.doing}: given up, since the line was closed.")
        try:
            async with self._open().request(
                ask.method,
                URL(ask.url, encoded=True),
                headers=ask.headers,
                data=ask.body or None,
                allow_redirects=False,
            ) as response:
                body, cut = await _body(response, ask.most)
                headers = {name.lower(): value for name, value in response.headers.items()}
                self._note_date(headers.get("date", ""))
                return Answer(status=response.status, headers=headers, body=body, cut=cut)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            said = str(error) or f"no answer in {ANSWER_S:.0f} s"
            raise Unreachable(
                f"{ask.doing}: {URL(ask.url).host} was not reached or broke off ({said}). It is tried again."
            ) from error

    def vitals(self) -> Vitals:
        """How the line is."""
        waiting = self.limiter.waiting_since
        return Vitals(
            last_answer_at=self._last_answer_at,
            unanswered_since=self._unanswered_since,
            skew_s=self.skew_s,
            waiting_since=None if waiting is None else self.clock() - timedelta(seconds=time.monotonic() - waiting),
            exhausted_until=self.exhausted_until,
        )

    async def close(self) -> None:
        """Lets go of the connections."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=60),
                timeout=aiohttp.ClientTimeout(total=ANSWER_S, sock_connect=CONNECT_S),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _note_date(self, date: str) -> None:
        """Keeps how far the provider's clock is ahead of ours."""
        if not date or date == self._last_date:
            return
        self._last_date = date
        try:
            self.skew_s = (parsedate_to_datetime(date) - self.clock()).total_seconds()
        except (ValueError, TypeError):
            return


def _needs_another(got: Answer, bearer: Bearer, token: str) -> bool:
    """True when the same is to be asked with another token."""
    if got.status == 401:
        bearer.forget(token)
    return got.status == 401 or (got.status == 403 and bearer.doubt(token))


async def _tried(ask: Ask, token: str, send: Callable[[Ask], Awaitable[Answer]]) -> Answer | Unreachable:
    """What came back, be it a broken line."""
    headers = {**ask.headers, "Authorization": f"Bearer {token}"}
    try:
        return await send(msgspec.structs.replace(ask, headers=headers))
    except Unreachable as broken:
        return broken


def _wait_s(ask: Ask, got: Answer | Unreachable, tries: int) -> float | None:
    """Seconds to wait before asking again; None: do not."""
    backoff_s = FIRST_WAIT_S * 2**tries * random.uniform(0.75, 1.25)  # noqa: S311 - spreads retries, no secret
    if isinstance(got, Unreachable):
        return backoff_s if ask.twice else None
    if got.status in (429, 503):
        return backoff_s if got.retry_after_s is None else got.retry_after_s
    if got.status == 500 and tries > 0:
        return None  # an error of its own seldom passes, and every mail that has one would cost all this time
    return backoff_s if got.status in (500, 502, 504) and ask.twice else None


def _told_s(got: Answer | Unreachable) -> float | None:
    """Seconds that the provider told us to wait; None where it did not."""
    return got.retry_after_s if isinstance(got, Answer) and got.status in (429, 503) else None


async def _body(response: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    """(the body, False), or (its first bytes, True) where it is longer."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > most:
            response.close()
            return b"".join(parts)[:most], True
    return b"".join(parts), False

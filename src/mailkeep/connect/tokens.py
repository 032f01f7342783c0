"""Access tokens: kept while they last, renewed five minutes early, asked for once however many wait."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode

import msgspec

from mailkeep.connect.answers import Answer, Ask, said, trouble_of
from mailkeep.connect.http import Bearer, Http
from mailkeep.connect.port import ProviderTrouble, Unreachable

EARLY_S = 300.0
"""A token is renewed so long before it ends."""
AGAIN_S = 10.0
"""After a renewal failed the token in hand is used for so long before the next try."""
DOUBTED_S = 60.0
"""A token of this age may allow less than was granted meanwhile."""
ODD_CLOCK_S = 60.0
"""From this difference on, assertions are dated by the provider's clock and not by ours."""


class Grant(Protocol):
    """What a token is asked for with."""

    @property
    def key(self) -> str:
        """Which token it is: one is kept for each."""

    @property
    def url(self) -> str:
        """The token endpoint."""

    @property
    def who(self) -> str:
        """Who asks and for what, in words."""

    def form(self, now: datetime) -> dict[str, str]:
        """The fields to post."""

    def refusal(self, answer: Answer) -> ProviderTrouble | None:
        """What a refusal means here; None: nothing particular."""


class _Kept(msgspec.Struct):
    """A token in hand."""

    value: str
    renew_at: float
    ends_at: float
    got_at: float


class Tokens:
    """All tokens of one provider."""

    def __init__(self, http: Http, clock: Callable[[], float] = time.monotonic) -> None:
        self._http = http
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._asking: dict[str, asyncio.Task[str]] = {}

    def bearer(self, grant: Grant) -> Bearer:
        """The tokens of this grant, for `Http.ask`."""
        return _Granted(self, grant)

    async def token(self, grant: Grant) -> str:
        """One that is valid now. Raises: ProviderTrouble."""
        kept = self._kept.get(grant.key)
        now = self._clock()
        if kept is not None and now < kept.renew_at:
            return kept.value
        try:
            return await self._asked_once(grant)
        except ProviderTrouble:
            if kept is None or self._kept.get(grant.key) is not kept or now >= kept.ends_at:
                raise
            kept.renew_at = now + AGAIN_S
            return kept.value

    async def fresh(self, grant: Grant) -> str:
        """A new one, whatever is kept: it says what is granted now. Raises: ProviderTrouble."""
        return await self._asked_once(grant)

    def forget(self, grant: Grant, token: str) -> None:
        """The provider did not accept this one; the next to ask gets another."""
        kept = self._kept.get(grant.key)
        if kept is not None and kept.value == token:
            del self._kept[grant.key]

    def doubt(self, grant: Grant, token: str) -> bool:
        """True when there is another than this one, or will be: what it allows was written into it when it was given."""
        kept = self._kept.get(grant.key)
        if kept is not None and kept.value == token and self._clock() - kept.got_at >= DOUBTED_S:
            del self._kept[grant.key]
            return True
        return kept is None or kept.value != token

    async def _asked_once(self, grant: Grant) -> str:
        """The token that is being asked for already, else one asked for now."""
        asking = self._asking.get(grant.key)
        if asking is None:
            asking = self._asking[grant.key] = asyncio.create_task(self._ask(grant))
            asking.add_done_callback(lambda _: self._asking.pop(grant.key, None))
        return await asyncio.shield(asking)

    async def _ask(self, grant: Grant) -> str:
        doing = f"asking {grant.url} for a token of {grant.who}"
        skew_s = self._http.skew_s or 0.0
        now = self._http.clock() + timedelta(seconds=skew_s if abs(skew_s) > ODD_CLOCK_S else 0.0)
        answer = await self._http.send(
            Ask(
                doing=doing,
                method="POST",
                url=grant.url,
                headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
                body=urlencode(grant.form(now)).encode(),
                most=1 << 20,
            )
        )
        if not answer.ok:
            raise grant.refusal(answer) or trouble_of(answer, doing)
        told = answer.json(doing)
        value, lasts = told.get("access_token"), told.get("expires_in", 3600)
        if not isinstance(value, str) or not value or not str(lasts).isdigit():
            raise Unreachable(f"{doing}: the answer holds no token. It is tried again.")
        lasts_s, at = float(lasts), self._clock()
        renew_at = at + max(lasts_s - EARLY_S, lasts_s / 2)
        self._kept[grant.key] = _Kept(value, renew_at, at + lasts_s, at)
        return value


class _Granted:
    """One grant's tokens."""

    def __init__(self, tokens: Tokens, grant: Grant) -> None:
        self._tokens = tokens
        self._grant = grant

    async def token(self) -> str:
        """One that is valid now."""
        return await self._tokens.token(self._grant)

    def forget(self, token: str) -> None:
        """The provider did not accept this one."""
        self._tokens.forget(self._grant, token)

    def doubt(self, token: str) -> bool:
        """True when another than this one may allow more."""
        return self._tokens.doubt(self._grant, token)


def told_by(answer: Answer) -> str:
    """What the endpoint said, for a sentence."""
    code, message = said(answer)
    return f"{code}: {message}" if code and message else code or message or f"status {answer.status}"

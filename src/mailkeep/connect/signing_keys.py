"""The public keys with which a provider signs what it sends us, fetched when first needed and kept."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import jwt
import msgspec

from mailkeep.connect.port import Unreachable

FETCH_AT_MOST_EVERY_S = 60.0
"""A forger who invents key names must not make us ask the provider each time."""
KEEP_S = 6 * 3600.0
"""A key that the provider withdrew is believed no longer than this."""
_PATIENCE = aiohttp.ClientTimeout(total=10)


class SigningKeys:
    """One provider's keys (a JSON Web Key Set, RFC 7517) by their ids."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._turn = asyncio.Lock()

    async def key(self, kid: str) -> jwt.PyJWK | None:
        """The key of this id; None when the provider has none. Raises: Unreachable when it could not be asked."""
        async with self._turn:
            age = float("inf") if self._fetched_at is None else self._clock() - self._fetched_at
            if age > KEEP_S or (kid not in self._keys and age > FETCH_AT_MOST_EVERY_S):
                self._keys = await self._fetch()
                self._fetched_at = self._clock()
        return self._keys.get(kid)

    async def _fetch(self) -> dict[str, jwt.PyJWK]:
        try:
            async with aiohttp.ClientSession(timeout=_PATIENCE) as session, session.get(self._url) as reply:
                reply.raise_for_status()
                listed = msgspec.json.decode(await reply.read(), type=dict[str, Any])
                found = jwt.PyJWKSet.from_dict(listed)
        except (aiohttp.ClientError, TimeoutError, ValueError, AttributeError, jwt.PyJWTError) as error:
            raise Unreachable(
                f"{self._url}: the signing keys could not be fetched ({error}). It is tried again."
            ) from error
        return {key.key_id: key for key in found.keys if key.key_id}

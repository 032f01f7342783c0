import asyncio

import pytest
from aiohttp import web
from tests.connect.jwks import Signer, served

from mailkeep.connect.port import Unreachable
from mailkeep.connect.signing_keys import FETCH_AT_MOST_EVERY_S, KEEP_S, SigningKeys


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


async def test_keys_are_fetched_once_however_many_ask():
    async with served(Signer("a"), Signer("b")) as keys:
        known = SigningKeys(keys.url)
        found = await asyncio.gather(*(known.key(kid) for kid in ("a", "b") * 10))
        assert {key.key_id for key in found} == {"a", "b"}
        assert keys.asked == 1


async def test_an_invented_key_name_does_not_make_us_ask_each_time():
    clock = Clock()
    async with served(Signer("a")) as keys:
        known = SigningKeys(keys.url, clock)
        assert [await known.key(f"no-{n}") for n in range(5)] == [None] * 5
        assert keys.asked == 1
        keys.signers.append(Signer("fresh"))
        clock.now += FETCH_AT_MOST_EVERY_S + 1
        assert (await known.key("fresh")).key_id == "fresh"
        assert keys.asked == 2


async def test_a_withdrawn_key_is_not_believed_for_ever():
    clock = Clock()
    async with served(Signer("a")) as keys:
        known = SigningKeys(keys.url, clock)
        assert await known.key("a")
        keys.signers[:] = [Signer("b")]
        clock.now += KEEP_S + 1
        assert await known.key("a") is None


@pytest.mark.parametrize(
    "answer", [web.Response(status=500), web.Response(text="<html>"), web.json_response([]), web.json_response({})]
)
async def test_a_key_server_that_answers_nonsense_is_said_in_words(answer):
    async with served() as keys:
        keys.answer = answer
        with pytest.raises(Unreachable, match="signing keys could not be fetched"):
            await SigningKeys(keys.url).key("a")

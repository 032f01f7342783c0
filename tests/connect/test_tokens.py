"""Tokens over real HTTP, by a clock that the test turns."""

import asyncio
import json

import msgspec
import pytest
from aiohttp import web
from tests.connect.wire_yard import answering, in_turn, told

from mailkeep.connect.http import Http
from mailkeep.connect.port import ConsentLost, Unreachable
from mailkeep.connect.tokens import Tokens


class Grant(msgspec.Struct, frozen=True):
    """One that says what it wants in plain words."""

    url: str
    key: str = "ada"
    who: str = "Ada's app"

    def form(self, now):
        return {"grant": "plain & simple"}

    def refusal(self, answer):
        return ConsentLost("not you") if answer.status == 401 else None


class Clock:
    """Seconds, as the test says."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
async def http():
    http = Http()
    yield http
    await http.close()


def given(number, lasts=3600):
    return told(200, json.dumps({"access_token": f"t{number}", "expires_in": lasts}).encode())


async def test_however_many_wait_one_token_is_asked_for(http):
    async with answering(in_turn(given(1), given(2))) as line:
        tokens = Tokens(http)
        found = await asyncio.gather(*(tokens.token(Grant(line.url)) for _ in range(50)))
        assert set(found) == {"t1"}
        assert len(line.asked) == 1
        assert line.bodies == [b"grant=plain+%26+simple"]


async def test_a_fresh_one_is_asked_for_whatever_is_kept_and_takes_its_place(http):
    async with answering(in_turn(given(1), given(2))) as line:
        tokens = Tokens(http)
        assert await tokens.token(Grant(line.url)) == "t1"
        assert await tokens.fresh(Grant(line.url)) == "t2"
        assert await tokens.token(Grant(line.url)) == "t2"


async def test_a_token_is_renewed_five_minutes_before_it_ends(http):
    clock = Clock()
    async with answering(in_turn(given(1), given(2))) as line:
        tokens = Tokens(http, clock)
        assert await tokens.token(Grant(line.url)) == "t1"
        clock.now += 3299
        assert await tokens.token(Grant(line.url)) == "t1"
        clock.now += 2
        assert await tokens.token(Grant(line.url)) == "t2"


async def test_while_renewing_fails_the_token_in_hand_is_used_to_its_end(http):
    clock = Clock()
    async with answering(in_turn(given(1), told(503), told(503), given(2))) as line:
        tokens = Tokens(http, clock)
        await tokens.token(Grant(line.url))
        clock.now += 3400
        assert await tokens.token(Grant(line.url)) == "t1"
        assert await tokens.token(Grant(line.url)) == "t1"
        assert len(line.asked) == 2  # and the endpoint is left alone for a while
        clock.now += 200
        with pytest.raises(Unreachable):
            await tokens.token(Grant(line.url))
        assert await tokens.token(Grant(line.url)) == "t2"


async def test_a_token_that_was_not_accepted_is_asked_for_anew_once(http):
    async with answering(in_turn(given(1), given(2), given(3))) as line:
        tokens = Tokens(http)
        bearer = tokens.bearer(Grant(line.url))
        first = await bearer.token()
        bearer.forget(first)
        assert await bearer.token() == "t2"
        bearer.forget(first)  # somebody else was slower to notice
        assert await bearer.token() == "t2"


async def test_a_token_of_some_age_is_doubted_when_what_it_should_allow_is_refused(http):
    clock = Clock()
    async with answering(in_turn(given(1), given(2))) as line:
        bearer = Tokens(http, clock).bearer(Grant(line.url))
        first = await bearer.token()
        assert not bearer.doubt(first)
        clock.now += 61
        assert bearer.doubt(first)
        assert bearer.doubt(first)  # there is none, so the next will be another
        second = await bearer.token()
        assert second == "t2"
        assert bearer.doubt(first)
        assert not bearer.doubt(second)


async def test_each_key_has_its_own(http):
    async with answering(in_turn(given(1), given(2))) as line:
        tokens = Tokens(http)
        assert await tokens.token(Grant(line.url)) == "t1"
        assert await tokens.token(Grant(line.url, key="ben")) == "t2"


async def test_everybody_who_waits_hears_of_a_refusal_and_the_next_asks_again(http):
    async with answering(in_turn(told(401), given(2))) as line:
        tokens = Tokens(http)
        found = await asyncio.gather(*(tokens.token(Grant(line.url)) for _ in range(5)), return_exceptions=True)
        assert {str(each) for each in found} == {"not you"}
        assert await tokens.token(Grant(line.url)) == "t2"


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"{}", b'{"access_token":""}', b'{"access_token":"a","expires_in":"soon"}', b'{"access_token":7}'],
)
async def test_an_answer_without_a_token_is_said_in_a_sentence(http, body):
    async with answering(in_turn(told(200, body))) as line:
        with pytest.raises(Unreachable, match="Ada's app"):
            await Tokens(http).token(Grant(line.url))


async def test_who_gives_up_does_not_take_the_others_token_away(http):
    async def slow(_request):
        await asyncio.sleep(0.05)
        return web.json_response({"access_token": "t1", "expires_in": 3600})

    async with answering(slow) as line:
        tokens = Tokens(http)
        impatient = asyncio.create_task(tokens.token(Grant(line.url)))
        patient = asyncio.create_task(tokens.token(Grant(line.url)))
        await asyncio.sleep(0.01)
        impatient.cancel()
        assert await patient == "t1"

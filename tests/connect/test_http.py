"""Patience over real HTTP: what is asked again, what is not, and what is told."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from tests.connect.wire_yard import answering, in_turn, told

from mailkeep.connect.http import Ask, Http
from mailkeep.connect.limits import Claim, Limit
from mailkeep.connect.port import Throttled, Unreachable

MAILBOX = Claim("mailbox ada", Limit(1000, 60.0, 4))


class Stub:
    """Tokens that are counted."""

    def __init__(self) -> None:
        self.number = 1
        self.forgotten = []

    async def token(self):
        return f"token-{self.number}"

    def forget(self, token):
        self.forgotten.append(token)
        self.number += 1

    def doubt(self, token):
        is_old = token == "token-1"
        self.number = max(2, self.number)
        return is_old


@pytest.fixture
async def http():
    http = Http()
    yield http
    await http.close()


def ask(line, **more):
    return Ask(**{"doing": "reading mail 7", "url": f"{line.url}/mail/7", **more})


async def test_an_answer_comes_back_with_its_token_sent(http):
    async with answering(in_turn(told(200, b'{"a":1}'))) as line:
        answer = await http.ask(ask(line), Stub())
    assert answer.json("x") == {"a": 1}
    assert line.asked[0].headers["Authorization"] == "Bearer token-1"


async def test_a_token_that_is_not_accepted_is_replaced_once(http):
    tokens = Stub()
    async with answering(in_turn(told(401), told(200))) as line:
        assert (await http.ask(ask(line), tokens)).status == 200
        assert line.asked[1].headers["Authorization"] == "Bearer token-2"
    async with answering(in_turn(told(401))) as line:
        assert (await http.ask(ask(line), tokens)).status == 401
        assert len(line.asked) == 2


async def test_a_short_wait_is_waited_and_a_long_one_is_told(http):
    async with answering(in_turn(told(429, retry_after="0"), told(200))) as line:
        assert (await http.ask(ask(line), Stub(), [MAILBOX])).status == 200
    async with answering(in_turn(told(429, retry_after="120"))) as line:
        answer = await http.ask(ask(line), Stub(), [MAILBOX])
        assert answer.status == 429
        assert len(line.asked) == 1
        with pytest.raises(Throttled) as wait:
            await http.ask(ask(line), Stub(), [MAILBOX])
        assert len(line.asked) == 1  # while it lasts nothing is sent
    assert 118 < wait.value.retry_after_s <= 120


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_trouble_that_passes_is_not_noticed(http, status):
    async with answering(in_turn(told(status), told(200))) as line:
        assert (await http.ask(ask(line), Stub(), [MAILBOX])).status == 200


async def test_what_must_not_happen_twice_is_not_asked_twice_unless_the_provider_says_it_did_nothing(http):
    async with answering(in_turn(told(504), told(200))) as line:
        assert (await http.ask(ask(line, method="POST", twice=False), Stub())).status == 504
    async with answering(in_turn(told(503), told(200))) as line:
        assert (await http.ask(ask(line, method="POST", twice=False), Stub())).status == 200


async def test_a_refusal_is_not_asked_again_but_for_a_token_that_may_be_outdated(http):
    async with answering(in_turn(told(403))) as line:
        tokens = Stub()
        assert (await http.ask(ask(line), tokens)).status == 403
        assert len(line.asked) == 2
        assert (await http.ask(ask(line), tokens)).status == 403
        assert len(line.asked) == 3
    async with answering(in_turn(told(400))) as line:
        assert (await http.ask(ask(line), Stub())).status == 400
        assert len(line.asked) == 1


async def test_a_host_that_is_not_there_is_named(http):
    async with answering(in_turn(told())) as line:
        pass
    with pytest.raises(Unreachable, match=r"reading mail 7: 127\.0\.0\.1 was not reached"):
        await http.send(ask(line))


async def test_a_connection_that_breaks_off_is_trouble_of_the_line(http):
    async def broken(request):
        request.transport.abort()
        return web.Response()

    async with answering(broken) as line:
        with pytest.raises(Unreachable):
            await http.ask(ask(line, method="POST", twice=False), Stub())
        assert len(line.asked) == 1


async def test_no_answer_fills_the_memory(http):
    async def endless(request):
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
        except (ConnectionError, asyncio.CancelledError):
            return response

    async with answering(endless) as line:
        answer = await http.send(ask(line, most=1_000_000))
    assert answer.cut
    assert len(answer.body) == 1_000_000


async def test_a_redirect_is_not_followed_with_our_token(http):
    async with answering(in_turn(told(302, Location="http://127.0.0.1:9/steal"))) as line:
        assert (await http.ask(ask(line), Stub())).status == 302


async def test_the_providers_clock_is_compared_with_ours(http):
    ahead = format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True)
    async with answering(in_turn(told(200, Date=ahead))) as line:
        await http.ask(ask(line), Stub())
    assert 595 < http.vitals().skew_s < 605


async def test_vitals_tell_of_the_oldest_question_without_an_answer():
    now = [datetime(2026, 3, 2, 12, tzinfo=UTC)]
    http = Http(clock=lambda: now[0])
    async with answering(in_turn(told(200), told(400), told(400), told(404))) as line:
        await http.ask(ask(line), Stub())
        assert (http.vitals().last_answer_at, http.vitals().unanswered_since) == (now[0], None)
        first = now[0]
        now[0] += timedelta(seconds=30)
        await http.ask(ask(line), Stub())
        now[0] += timedelta(seconds=30)
        await http.ask(ask(line), Stub())
        assert http.vitals().last_answer_at == first
        assert http.vitals().unanswered_since == first + timedelta(seconds=30)
        await http.ask(ask(line), Stub())
        assert http.vitals().unanswered_since is None
    await http.close()

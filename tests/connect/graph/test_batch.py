"""Envelopes: what shares one, what does not, and what becomes of it when it fails."""

import asyncio
import json

import pytest
from aiohttp import web
from tests.connect.wire_yard import answering

from mailkeep.connect.answers import Ask
from mailkeep.connect.graph.batch import Batcher
from mailkeep.connect.http import Http
from mailkeep.connect.port import Unreachable


@pytest.fixture
async def http():
    http = Http()
    yield http
    await http.close()


def ask(line, path, **more):
    headers = {"Authorization": "Bearer t", "Prefer": "x"}
    return Ask(**{"doing": f"asking for {path}", "url": f"{line.url}/v1.0{path}", "headers": headers, **more})


def echo(turn=lambda responses: responses):
    """Answers every inner request by its own path, after this turn of the list."""

    async def answer(request):
        if not request.path.endswith("/$batch"):
            return web.json_response({"alone": request.path})
        steps = json.loads(await request.read())["requests"]
        found = [{"id": each["id"], "status": 200, "body": {"in": each["url"]}} for each in steps]
        return web.json_response({"responses": turn(found)})

    return answer


async def test_one_request_goes_alone(http):
    async with answering(echo()) as line:
        answer = await Batcher(f"{line.url}/v1.0", http.send).send(ask(line, "/a"))
        assert answer.json("x") == {"alone": "/v1.0/a"}


async def test_what_is_asked_in_one_moment_shares_envelopes_of_twenty(http):
    async with answering(echo(lambda found: found[::-1])) as line:
        batcher = Batcher(f"{line.url}/v1.0", http.send)
        answers = await asyncio.gather(*(batcher.send(ask(line, f"/{n}")) for n in range(45)))
        assert [each.json("x")["in"] for each in answers] == [f"/{n}" for n in range(45)]
        assert sorted(len(json.loads(body)["requests"]) for body in line.bodies) == [5, 20, 20]
        first = json.loads(line.bodies[0])["requests"][0]
        assert first["headers"] == {"Prefer": "x"}
        assert line.asked[0].headers["Authorization"] == "Bearer t"


async def test_bodies_and_statuses_are_each_ones_own(http):
    async def answer(request):
        steps = json.loads(await request.read())["requests"]
        assert steps[0]["body"] == {"isRead": True}
        first = {"id": "0", "status": 429, "headers": {"Retry-After": "9"}, "body": {"error": {"code": "x"}}}
        return web.json_response(
            {"responses": [first, {"id": "1", "status": 200, "body": "RnJvbTogYQ0KDQo="}, {"id": "2", "status": 204}]}
        )

    async with answering(answer) as line:
        batcher = Batcher(f"{line.url}/v1.0", http.send)
        asks = (ask(line, "/a", method="PATCH", body=b'{"isRead":true}'), ask(line, "/b/$value"), ask(line, "/c"))
        limited, mail, empty = await asyncio.gather(*map(batcher.send, asks))
        assert (limited.status, limited.retry_after_s) == (429, 9.0)
        assert mail.body == b"From: a\r\n\r\n"
        assert (empty.status, empty.body) == (204, b"")


@pytest.mark.parametrize(
    "body", ["<html>", "{}", '{"responses":[]}', '{"responses":[{"id":"0","status":200}]}', '{"responses":7}', ""]
)
async def test_an_envelope_with_nonsense_in_it_is_trouble_for_all_in_it(http, body):
    async def answer(_request):
        return web.Response(text=body)

    async with answering(answer) as line:
        batcher = Batcher(f"{line.url}/v1.0", http.send)
        found = await asyncio.gather(*(batcher.send(ask(line, f"/{n}")) for n in range(2)), return_exceptions=True)
        assert all(isinstance(each, Unreachable) for each in found)


async def test_an_envelope_that_is_refused_or_too_long_is_taken_apart(http):
    async def refusing(request):
        if request.path.endswith("/$batch"):
            return web.json_response({"error": {"code": "BadRequest"}}, status=400)
        return web.json_response({"alone": request.path})

    async with answering(refusing) as line:
        batcher = Batcher(f"{line.url}/v1.0", http.send)
        found = await asyncio.gather(*(batcher.send(ask(line, f"/{n}")) for n in range(3)))
        assert [each.json("x")["alone"] for each in found] == ["/v1.0/0", "/v1.0/1", "/v1.0/2"]


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_an_envelope_that_fails_is_an_answer_to_each(http, status):
    async def answer(_request):
        return web.json_response({}, status=status, headers={"Retry-After": "3"})

    async with answering(answer) as line:
        batcher = Batcher(f"{line.url}/v1.0", http.send)
        found = await asyncio.gather(*(batcher.send(ask(line, f"/{n}")) for n in range(3)))
        assert [(each.status, each.retry_after_s) for each in found] == [(status, 3.0)] * 3


async def test_who_gives_up_does_not_disturb_the_others(http):
    async with answering(echo()) as line:
        batcher = Batcher(f"{line.url}/v1.0", http.send)
        tasks = [asyncio.create_task(batcher.send(ask(line, f"/{n}"))) for n in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        assert (await tasks[0]).ok
        assert (await tasks[2]).ok

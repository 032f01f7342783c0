"""Calls of the same moment go together, and each is answered as if alone."""

import asyncio

import pytest
from aiohttp import web
from tests.connect.contract import ADA, BEN, letter

from mailkeep.connect.answers import Answer, Ask
from mailkeep.connect.gmail.batch import BOUNDARY, MOST_PARTS, Batch, read, written
from mailkeep.connect.gmail.client import Client
from mailkeep.connect.grants import Tier
from mailkeep.connect.http import Http
from mailkeep.connect.port import ConsentLost, Gone, Unreachable


def ask(number, url="http://127.0.0.1:1/x?a=1", body=b""):
    return Ask(
        doing=f"call {number}", method="POST" if body else "GET", url=url, headers={"Authorization": "T"}, body=body
    )


class Counted(Http):
    """A line that notes what goes over it."""

    def __init__(self):
        super().__init__()
        self.sent = []

    async def send(self, ask):
        self.sent.append(ask.url)
        return await super().send(ask)


async def test_many_mailboxes_are_asked_at_once_each_with_its_own_token(yard):
    http = Counted()
    client = Client(yard.account(), http)
    mails = {address: yard.deliver(address, letter(1)) for address in (ADA, BEN)}
    for address in mails:
        await client.profile(yard.desk(address))
    http.sent.clear()
    calls = [client.mail(yard.desk(address), mail, "minimal") for address, mail in mails.items() for _ in range(5)]
    found = await asyncio.gather(*calls)
    assert [each.id for each in found] == [mail for mail in mails.values() for _ in range(5)]
    assert http.sent == [f"{yard.simulator.url}/batch/gmail/v1"]
    await http.close()


async def test_one_call_that_fails_fails_alone(yard, reader):
    mail = yard.deliver(ADA, letter(1))
    await reader.client.profile(yard.desk())
    calls = [reader.client.mail(yard.desk(), each, "minimal") for each in (mail, "18f0000000000fff", mail)]
    first, second, third = await asyncio.gather(*calls, return_exceptions=True)
    assert first.id == third.id == mail
    assert isinstance(second, Gone)


async def test_a_token_that_was_refused_is_tried_anew_alone(yard, reader):
    mail = yard.deliver(ADA, letter(1))
    for address in (ADA, BEN):
        await reader.client.profile(yard.desk(address, Tier.FLAG))
        await reader.client.profile(yard.desk(address))
    yard.workspace.revoke("flag")
    asked = [reader.client.mail(yard.desk(tier=tier), mail, "minimal") for tier in (Tier.OBSERVE, Tier.FLAG)]
    well, lost = await asyncio.gather(*asked, return_exceptions=True)
    assert well.id == mail
    assert isinstance(lost, ConsentLost)


class Other:
    """Something that answers in Google's place."""

    def __init__(self):
        self.asked = []
        self.whole = web.Response(status=404)

    async def answer(self, request):
        self.asked.append(request.path)
        if request.path == "/batch":
            return web.Response(status=self.whole.status, body=self.whole.body, headers=self.whole.headers)
        return web.Response(text=request.path)


@pytest.fixture
async def other():
    other = Other()
    runner = web.ServerRunner(web.Server(other.answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    other.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    other.http = Http()
    yield other
    await other.http.close()
    await runner.cleanup()


async def test_where_no_batch_is_known_all_go_one_by_one_from_then_on(other):
    batch = Batch(other.http, f"{other.url}/batch")
    for _ in range(2):
        answers = await asyncio.gather(*(batch.send(ask(n, f"{other.url}/{n}")) for n in range(3)))
        assert [each.body for each in answers] == [b"/0", b"/1", b"/2"]
    assert other.asked.count("/batch") == 1


async def test_a_provider_that_is_busy_says_so_to_each(other):
    other.whole = web.Response(status=503, headers={"Retry-After": "7"})
    batch = Batch(other.http, f"{other.url}/batch")
    answers = await asyncio.gather(*(batch.send(ask(n, f"{other.url}/{n}")) for n in range(3)))
    assert {(each.status, each.retry_after_s) for each in answers} == {(503, 7.0)}


async def test_a_batch_that_came_back_as_garbage_answers_nobody(other):
    other.whole = web.Response(status=200, body=b"<html>", headers={"Content-Type": "text/html"})
    batch = Batch(other.http, f"{other.url}/batch")
    answers = await asyncio.gather(*(batch.send(ask(n, f"{other.url}/{n}")) for n in range(2)), return_exceptions=True)
    assert all(isinstance(each, Unreachable) for each in answers)


async def test_a_broken_line_is_told_to_each_and_whoever_left_is_not_waited_for():
    http = Http()
    batch = Batch(http, "http://127.0.0.1:1/batch")
    left = asyncio.ensure_future(batch.send(ask(0)))
    stayed = [asyncio.ensure_future(batch.send(ask(n))) for n in (1, 2)]
    await asyncio.sleep(0)
    left.cancel()
    assert all(isinstance(each, Unreachable) for each in await asyncio.gather(*stayed, return_exceptions=True))
    await http.close()


async def test_more_calls_than_a_batch_holds_go_in_several(other):
    other.whole = web.Response(status=503)
    batch = Batch(other.http, f"{other.url}/batch")
    await asyncio.gather(*(batch.send(ask(n, f"{other.url}/{n}")) for n in range(2 * MOST_PARTS + 1)))
    assert other.asked.count("/batch") == 2
    assert other.asked.count(f"/{2 * MOST_PARTS}") == 1


def test_a_call_is_written_as_it_would_go_alone():
    text = written([ask(0), ask(1, body=b'{"a":1}')]).decode()
    first, second = text.split(f"--{BOUNDARY}")[1:3]
    assert "GET /x?a=1 HTTP/1.1\r\nAuthorization: T\r\n" in first
    assert second.endswith('POST /x?a=1 HTTP/1.1\r\nAuthorization: T\r\nContent-Length: 7\r\n\r\n{"a":1}\r\n')


def test_answers_are_told_apart_by_their_numbers_in_whatever_order():
    part = "--b\r\nContent-Type: application/http\r\nContent-ID: <response-{0}>\r\n\r\n{1}\r\n\r\n{2}\r\n"
    body = (
        part.format(1, "HTTP/1.1 404 Not Found\r\nRetry-After: 3", "gone")
        + part.format(0, "HTTP/1.1 200 OK\r\nContent-Length: 2", "{}")
        + "--b\r\nContent-Type: application/http\r\n\r\nnonsense\r\n--b--\r\n"
    )
    found = read(Answer(status=200, headers={"content-type": 'multipart/mixed; boundary="b"'}, body=body.encode()))
    assert {number: (each.status, each.body, each.retry_after_s) for number, each in found.items()} == {
        0: (200, b"{}", None),
        1: (404, b"gone", 3.0),
    }

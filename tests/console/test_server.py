"""The server over real HTTP: its doors, and how it ends."""

import asyncio
import contextlib
import socket
from datetime import UTC, datetime
from types import SimpleNamespace

import aiohttp
import pytest

from mailkeep.cli.venues import free_port
from mailkeep.connect.signing_keys import SigningKeys
from mailkeep.console.server import listening, serve_web
from mailkeep.flow.hearing import Ear, Ears
from mailkeep.kit.trouble import OperatorError
from mailkeep.store.store import open_store


@pytest.fixture
def ears(tmp_path):
    store = open_store(tmp_path / "mailkeep.db")
    yield Ears(
        store=store,
        tenants={"corp": Ear(kind="m365")},
        keys=SigningKeys("http://127.0.0.1:9/none"),
        clock=lambda: datetime(2026, 11, 2, 9, tzinfo=UTC),
        nudge=lambda: None,
    )
    store.close()


def place(*, host="127.0.0.1", metrics_port=0):
    return SimpleNamespace(host=host, port=free_port(), metrics_port=metrics_port)


@contextlib.asynccontextmanager
async def serving(ears, where, page=lambda: b"up 1\n"):
    """The server behind its doors; it is cancelled at the end."""
    with listening(where) as doors:
        task = asyncio.create_task(serve_web(ears, page, doors))
        try:
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def read(port, path, **given):
    url = f"http://127.0.0.1:{port}{path}"
    async with aiohttp.ClientSession() as session, session.request(given.pop("method", "GET"), url, **given) as reply:
        return reply.status, await reply.text(), reply.headers


async def test_the_world_finds_the_hooks_and_a_sign_of_life_and_nothing_else(ears):
    where = place(metrics_port=free_port())
    async with serving(ears, where):
        status, text, headers = await read(where.port, "/healthz")
        assert (status, text) == (200, "ok\n")
        assert "server" not in headers
        token = {"validationToken": "t"}
        assert (await read(where.port, "/hooks/m365/corp", method="POST", params=token))[:2] == (200, "t")
        for hidden in ("/metrics", "/docs", "/openapi.json", "/"):
            assert (await read(where.port, hidden))[0] == 404
        assert (await read(where.metrics_port, "/metrics"))[:2] == (200, "up 1\n")


async def test_without_a_port_for_metrics_there_are_none(ears):
    where = place()
    with listening(where) as doors:
        assert doors.metrics is None


async def test_whoever_comes_before_it_serves_is_answered_when_it_does(ears):
    where = place()
    with listening(where) as doors:
        early = asyncio.create_task(read(where.port, "/healthz"))
        await asyncio.sleep(0)
        task = asyncio.create_task(serve_web(ears, bytes, doors))
        assert (await early)[0] == 200
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_is_under_way_when_it_ends_is_answered(ears):
    asked, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def page():
        loop.call_soon_threadsafe(asked.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
        return b"late 1\n"

    where = place(metrics_port=free_port())
    async with serving(ears, where, page) as task:
        answer = asyncio.create_task(read(where.metrics_port, "/metrics"))
        await asked.wait()
        task.cancel()
        go_on.set()
        assert (await answer)[:2] == (200, "late 1\n")
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(aiohttp.ClientConnectionError):
            await read(where.port, "/healthz")


@pytest.mark.parametrize("which", ["port", "metrics_port"])
def test_an_address_that_is_taken_is_said_and_no_door_stays_open(which):
    where = place(metrics_port=free_port())
    taken = getattr(where, which)
    says = rf"cannot listen on 127\.0\.0\.1 port {taken} \(Address already in use\)\. Stop what"
    with (
        socket.create_server(("127.0.0.1", taken)),
        pytest.raises(OperatorError, match=says),
        listening(where),
    ):
        pass
    with listening(where):
        pass


def test_an_address_that_is_not_this_machines_is_said():
    says = r"192\.0\.2\.1 port \d+ \(Cannot assign requested address\)"
    with pytest.raises(OperatorError, match=says), listening(place(host="192.0.2.1")):
        pass

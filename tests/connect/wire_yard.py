"""An HTTP server on loopback that answers as a test tells it to."""

from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Line:
    """What was asked, and where."""

    def __init__(self, url) -> None:
        self.url = url
        self.asked: list[web.BaseRequest] = []
        self.bodies: list[bytes] = []


@asynccontextmanager
async def answering(answer):
    """A server that answers every request by this coroutine function. Gives: its Line."""
    line = Line("")

    async def handle(request):
        line.asked.append(request)
        line.bodies.append(await request.read())
        return await answer(request)

    server = web.Server(handle)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    line.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield line
    finally:
        await runner.cleanup()


def in_turn(*answers):
    """Answers with each of these in turn, and with the last from then on. Takes: functions that make a response."""
    left = list(answers)

    async def answer(_request):
        return (left.pop(0) if len(left) > 1 else left[0])()

    return answer


def told(status=200, body=b"{}", **headers):
    """A function that makes this response."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: web.Response(status=status, body=body, headers={"Content-Type": "application/json", **named})

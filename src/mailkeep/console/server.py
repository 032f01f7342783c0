"""The web side of `mailkeep serve`: hooks for providers, a sign of life, and metrics on a port of their own."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple, Protocol

import uvicorn
from fastapi import FastAPI, Response

from mailkeep.console.hooks import hook_routes
from mailkeep.flow.hearing import Ears
from mailkeep.kit.trouble import OperatorError

PARTING_S = 3
"""How long an answer that is under way may take once the server is to end."""


class Place(Protocol):
    """Where to listen."""

    host: str
    port: int
    metrics_port: int


class Doors(NamedTuple):
    """Where the world comes in, and where this machine alone does; without metrics None."""

    world: socket.socket
    metrics: socket.socket | None


def web_app(ears: Ears) -> FastAPI:
    """What the world may reach."""
    app = FastAPI(title="Mailkeep", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(hook_routes(ears))

    @app.get("/healthz")
    async def healthz() -> Response:
        return Response("ok\n", media_type="text/plain")

    return app


def metrics_app(page: Callable[[], bytes]) -> FastAPI:
    """What only this machine may reach."""
    app = FastAPI(title="Mailkeep metrics", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(await asyncio.to_thread(page), media_type="text/plain; version=0.0.4; charset=utf-8")

    return app


async def serve_web(ears: Ears, page: Callable[[], bytes], doors: Doors) -> None:
    """Answers at these doors until it is cancelled; what is under way then is answered first."""
    apps = [(web_app(ears), doors.world)]
    if doors.metrics is not None:
        apps.append((metrics_app(page), doors.metrics))
    servers = [(Server(config_of(app)), door) for app, door in apps]
    serving = asyncio.gather(*(server.serve([door]) for server, door in servers))
    try:
        await asyncio.shield(serving)
    finally:
        for server, _ in servers:
            server.should_exit = True
        await serving


class Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it: the process has more to end than its doors."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


@contextmanager
def listening(place: Place) -> Iterator[Doors]:
    """Listening sockets: whoever comes waits until they are served. Raises: OperatorError when an address is taken."""
    with ExitStack() as opened:
        world = opened.enter_context(_listen(place.host, place.port))
        metrics = opened.enter_context(_listen("127.0.0.1", place.metrics_port)) if place.metrics_port else None
        yield Doors(world, metrics)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        why = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise OperatorError(
            f"serve: cannot listen on {host} port {port} ({why}). Stop what listens there, or set another address in [serve]."
        ) from error


def config_of(app: FastAPI) -> uvicorn.Config:
    """Quiet, without a banner that names the server, and closing slow connections."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=PARTING_S,
    )

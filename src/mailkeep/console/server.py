"""The web side of `mailkeep serve`: hooks for providers, a sign of life, and metrics on a port of their own."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

import uvicorn
from fastapi import FastAPI, Response

from mailkeep.console.hooks import hook_routes
from mailkeep.flow.hearing import Ears
from mailkeep.kit.trouble import OperatorError


class Place(Protocol):
    """Where to listen."""

    host: str
    port: int
    metrics_port: int


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


async def serve_web(ears: Ears, page: Callable[[], bytes], place: Place) -> None:
    """Listens until it is cancelled or the process is told to stop. Raises: OperatorError when the address is taken."""
    with ExitStack() as listening:
        doors = [(web_app(ears), listening.enter_context(listen(place.host, place.port)))]
        if place.metrics_port:
            doors.append((metrics_app(page), listening.enter_context(listen("127.0.0.1", place.metrics_port))))
        servers = [(uvicorn.Server(config_of(app)), door) for app, door in doors]
        try:
            await asyncio.gather(*(server.serve(sockets=[door]) for server, door in servers))
        finally:
            for server, _ in servers:
                server.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises: OperatorError with the remedy."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise OperatorError(
            f"serve: cannot listen on {host} port {port} ({error.strerror}). Stop what listens there, or set another "
            "port in [serve]."
        ) from error


def config_of(app: FastAPI) -> uvicorn.Config:
    """Quiet, without a banner that names the server, and closing slow connections."""
    return uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, lifespan="off", timeout_keep_alive=30
    )

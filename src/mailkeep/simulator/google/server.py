"""The made-up workspace over HTTP on loopback."""

import asyncio
import inspect
import socket
from collections.abc import Callable, Iterable
from email.utils import formatdate
from typing import Any, Self

from aiohttp import web

from mailkeep.simulator.google import (
    acts,
    batch,
    directory,
    groups,
    history,
    labels,
    messages,
    orders,
    pubsub,
    push,
    reports,
    sending,
    settings,
    threads,
    tokens,
)
from mailkeep.simulator.google.calls import Call, Refusal, Reply
from mailkeep.simulator.google.faults import Faults
from mailkeep.simulator.google.pump import Pump
from mailkeep.simulator.google.quota import QUOTA_2026, Meter, Quota
from mailkeep.simulator.google.routes import Route, Routes
from mailkeep.simulator.google.tokens import Grant
from mailkeep.simulator.google.workspace import Workspace

HOST = "127.0.0.1"
TABLES = (tokens, messages, acts, sending, threads, labels, history, push, settings, directory, groups, reports, pubsub)
"""Where the routes of the API are; the batch is made of them."""
Observer = Callable[[str, str, int, bytes], None]
"""Is told (method, path, status, body) of every answer, parts of a batch included, but not of what a fault garbled."""
_MOST_BYTES = 256 << 20


class GoogleSimulator:
    """Serves a workspace for as long as it is entered.

    What a request meets, in this order: token → scopes → quota → latency and faults → handler.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        faults: Faults | None = None,
        latency_s: float = 0.0,
        quota: Quota = QUOTA_2026,
        port: int = 0,
        observers: Iterable[Observer] = (),
    ) -> None:
        self.workspace = workspace
        self.faults = faults or Faults(workspace)
        self.latency_s = latency_s
        self.meter = Meter(quota, workspace.true_clock)
        self.observers = list(observers)
        self.url = ""
        self.answered: dict[str, int] = {}
        """Route → how many requests it had."""
        self.routes = Routes().join([*(table.ROUTES for table in TABLES), orders.routes(self)])
        self._port = port
        self._pump = Pump(workspace)
        # Who hangs up while waiting for messages must not be handed any, and must not hold up the end.
        self._server = web.Server(self._serve, request_factory=_request, handler_cancellation=True)
        self._runner = web.ServerRunner(self._server, access_log=None, shutdown_timeout=1.0)
        self._site: web.SockSite | None = None
        self._outages: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await self.come_back()
        self.workspace.pubsub.scatter = self.faults.scatter
        self._pump.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for outage in self._outages:
            outage.cancel()
        await self._pump.stop()
        await self.go_down()
        await self._runner.cleanup()

    async def go_down(self) -> None:
        """Nobody listens any more, and every connection is cut."""
        if self._site is None:
            return
        await self._site.stop()
        self._site = None
        for connection in list(self._server.connections):
            connection.force_close()

    async def come_back(self) -> None:
        """Listens again, at the same address."""
        if self._site is not None:
            return
        listener = socket.create_server((HOST, self._port))
        self._port = listener.getsockname()[1]
        self._site = web.SockSite(self._runner, listener)
        await self._site.start()
        self.url = self.workspace.url = f"http://{HOST}:{self._port}"

    def down_for(self, seconds: float) -> None:
        """Goes down once the present request is answered, and comes back by itself."""

        async def outage() -> None:
            await asyncio.sleep(0.01)
            await self.go_down()
            await asyncio.sleep(seconds)
            await self.come_back()

        task = asyncio.get_running_loop().create_task(outage())
        self._outages.add(task)
        task.add_done_callback(self._outages.discard)

    async def answer(self, call: Call) -> Reply:
        """The answer to one request, whether it came alone or in a batch."""
        found = self.routes.find(call.method, call.path)
        if found is None:
            return Refusal(404, "notFound", f"No such method: {call.method} {call.path[:200]}").reply()
        route, call.params = found
        call.read_query()
        self.answered[route.id] = self.answered.get(route.id, 0) + 1
        try:
            reply = await self._handled(call, route)
        except Refusal as refusal:
            reply = refusal.reply()
        for observer in () if reply.garbled else self.observers:
            observer(call.method, call.path, reply.status, reply.body)
        return reply

    async def _handled(self, call: Call, route: Route) -> Reply:
        if not route.scopes:
            return await self._done(call, route)
        call.grant = self._holder(call)
        _check_scopes(call.grant, route)
        user = call.grant.subject
        self.meter.enter(user)
        try:
            self.meter.take(route.id, user, call.grant.account.project)
            return await self._done(call, route)
        finally:
            self.meter.leave(user)

    async def _done(self, call: Call, route: Route) -> Reply:
        if route.id.startswith("sim.order"):
            return await _asked(route, call)
        await asyncio.sleep(self.latency_s)
        bad = await self.faults.before(call)
        return bad or self.faults.after(call, await _asked(route, call))

    def _holder(self, call: Call) -> Grant:
        kind, _, token = call.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Refusal(
                401,
                "required",
                "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or "
                "other valid authentication credential.",
                headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'},
            )
        return self.workspace.keyring.holder(token.strip())

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read() if request.can_read_body else b""
        call = Call(self.workspace, request.method, request.rel_url.raw_path_qs, request.headers, body)
        if call.path.startswith("/batch"):
            reply = await batch.answer_batch(call, self.answer)
        else:
            reply = await self.answer(call)
        headers = {"Date": formatdate(self.workspace.clock(), usegmt=True), **reply.headers}
        if reply.body:
            headers["Content-Type"] = reply.type
        return web.Response(status=reply.status, body=reply.body, headers=headers)


async def _asked(route: Route, call: Call) -> Reply:
    reply = route.handler(call)
    return await reply if inspect.isawaitable(reply) else reply


def _check_scopes(grant: Grant, route: Route) -> None:
    """Raises: Refusal 403 that names the scopes which would do."""
    if not grant.scopes.isdisjoint(route.scopes):
        return
    would_do = " ".join(sorted(route.scopes))
    refusal = Refusal(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        headers={
            "WWW-Authenticate": f'Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="{would_do}"'
        },
    )
    refusal.details = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
            "metadata": {"method": route.id},
        }
    ]
    raise refusal


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:  # noqa: ANN401 - aiohttp's own
    """A request that may be as large as the largest mail."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_MOST_BYTES)

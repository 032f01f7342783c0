"""The simulator on a socket: Graph's API, the token endpoint beside it, and `/_sim/` for orders from another process."""

import asyncio
from email.utils import formatdate
from functools import partial
from inspect import isawaitable
from typing import Any, Self
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from mailkeep.simulator.graph import delta, folders, messages, sending, users
from mailkeep.simulator.graph.batch import Batches
from mailkeep.simulator.graph.consents import Consents
from mailkeep.simulator.graph.events import Events
from mailkeep.simulator.graph.faults import Faults
from mailkeep.simulator.graph.hands import Hands, Order
from mailkeep.simulator.graph.identity import Identity
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.orders import Disorder
from mailkeep.simulator.graph.pump import Pace, Pump
from mailkeep.simulator.graph.rain import Rain, truth
from mailkeep.simulator.graph.reports import Reports
from mailkeep.simulator.graph.routes import Reply, error_reply
from mailkeep.simulator.graph.rules import Rules
from mailkeep.simulator.graph.service import Asked, Observer, Service
from mailkeep.simulator.graph.subscriptions import Subscriptions
from mailkeep.simulator.graph.throttle import Limits
from mailkeep.simulator.graph.tokens import signer
from mailkeep.simulator.graph.tree import AbsentError

API = "/v1.0"
_LARGEST = 256 * 2**20
_PARTING_S = 0.02
_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


class GraphSimulator:
    """An async context manager: inside, `url` is served on loopback."""

    def __init__(
        self,
        office: Office,
        *,
        faults: Faults | None = None,
        latency_s: float = 0.0,
        limits: Limits | None = None,
        pace: Pace | None = None,
        observer: Observer | None = None,
        port: int = 0,
    ) -> None:
        self.office = office
        self.faults = faults or Faults()
        self.service = Service(office, limits=limits, faults=self.faults, latency_s=latency_s, observer=observer)
        self.pump = Pump(pace or Pace())
        self.subscriptions = Subscriptions(office, self.pump, self.faults)
        self.rules = Rules(office)
        self.reports = Reports(office)
        self.identity = Identity(office, self.reports)
        self.consents = Consents(office, self.reports)
        for desk in (self.subscriptions, self.rules, self.reports, self.identity, self.consents):
            self.service.serve(desk.routes())
        self.service.serve(
            (
                *users.ROUTES,
                *folders.ROUTES,
                *messages.ROUTES,
                *delta.ROUTES,
                *sending.ROUTES,
                *Batches(self.service).routes(),
            )
        )
        self.disorder = Disorder(office, self.faults, self.subscriptions, self.service.throttle, self._rest_soon)
        self.events = Events(office, self.reports, self.rules, self.consents)
        self.rain = Rain(office)
        self.orders: dict[str, Order] = {
            **Hands(office, self.service).orders(),
            "faults": self.disorder.follow,
            "events": self.events.happen,
            "rain": self.rain.follow,
            "truth": partial(truth, office),
        }
        """What `/_sim/NAME` does."""
        self.url = ""
        self._port = port
        self._runner: web.ServerRunner | None = None
        self._site: web.TCPSite | None = None
        self._resting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        server = web.Server(self._answer, request_factory=_request)
        self._runner = web.ServerRunner(server, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await self.up()
        await self.subscriptions.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.rain.close()
        await self.subscriptions.close()
        if self._resting is not None:
            self._resting.cancel()
            await asyncio.gather(self._resting, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    async def up(self) -> None:
        """Listens, on the same port as before."""
        if self._runner is None or self._site is not None:
            return
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.service.base = self.url + API
        self.pump.release()

    async def down(self) -> None:
        """Refuses connections, breaks those that stand, and sends no notices."""
        self.pump.hold()
        if self._site is not None and self._runner is not None and self._runner.server is not None:
            await self._site.stop()
            self._site = None
            for connection in self._runner.server.connections:
                connection.force_close()

    async def rest(self, seconds: float) -> None:
        """Down for so long, then up again by itself."""
        await self.down()
        self._resting = asyncio.create_task(self._up_after(seconds))

    async def rested(self) -> None:
        """Returns when it is up again."""
        if self._resting is not None:
            await self._resting

    async def _rest_soon(self, seconds: float) -> None:
        """The same, in a moment, when whoever ordered it has the answer."""

        async def rest() -> None:
            await asyncio.sleep(_PARTING_S)
            await self.down()
            await self._up_after(seconds)

        self._resting = asyncio.create_task(rest())

    async def _up_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.up()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.rel_url.raw_path
        raw = await request.read()
        if path.startswith(API + "/"):
            query = parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
            headers = {name.lower(): value for name, value in request.headers.items()}
            reply = await self.service.direct(Asked(request.method, path[len(API) :], query, headers, raw))
        else:
            reply = await self._beside(request.method, path, raw)
        if reply.abort and request.transport is not None:
            request.transport.abort()
        reply.headers.setdefault("Date", formatdate(self.office.clock(), usegmt=True))
        return _response(reply)

    async def _beside(self, method: str, path: str, raw: bytes) -> Reply:
        """What is not Graph itself."""
        parts = path.strip("/").split("/")
        if method == "POST" and path.endswith("/oauth2/v2.0/token") and len(parts) == 4:
            await self.service.pause()
            if (wrong := await self.faults.at_the_door(path)) is not None:
                return wrong
            form = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
            return self.service.tokens.answer(parts[0], form, self.url + path)
        if path == "/common/discovery/keys":
            return Reply(200, signer().jwks())
        if path.endswith("/.well-known/openid-configuration"):
            issuer = f"https://sts.windows.net/{self.office.tenant_id}/"
            return Reply(200, {"issuer": issuer, "jwks_uri": f"{self.url}/common/discovery/keys"})
        if parts[0] == "_sim" and len(parts) == 2 and parts[1] in self.orders:
            return await self._follow(parts[1], raw)
        return error_reply(404, "BadRequest", f"No such path: {path}")

    async def _follow(self, order: str, raw: bytes) -> Reply:
        """What became of an order."""
        try:
            done = self.orders[order](msgspec.json.decode(raw or b"{}"))
            return Reply(200, await done if isawaitable(done) else done)
        except (msgspec.MsgspecError, AbsentError) as error:
            return error_reply(400, "BadOrder", f"/_sim/{order}: {type(error).__name__}: {error}")


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: "asyncio.Task[None]") -> web.BaseRequest:  # noqa: ANN401
    return web.BaseRequest(
        message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=_LARGEST
    )


def _response(reply: Reply) -> web.Response:
    body, headers = reply.body, reply.headers
    if body is None:
        return web.Response(status=reply.status, headers=headers)
    if isinstance(body, bytes):
        return web.Response(body=body, status=reply.status, headers=headers)
    return web.Response(body=msgspec.json.encode(body), status=reply.status, headers={"Content-Type": _JSON, **headers})

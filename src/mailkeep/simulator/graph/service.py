"""What happens to a request between its arrival and its answer: token, route, person, permission, limits, faults, handler.

The same for a request of its own and for one inside a $batch; no socket is needed for either.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Protocol

from mailkeep.simulator.graph.apps import App
from mailkeep.simulator.graph.ids import MalformedIdError
from mailkeep.simulator.graph.office import Office, Person
from mailkeep.simulator.graph.permissions import admit
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route, Routes, error_reply, options
from mailkeep.simulator.graph.throttle import Bucket, Limits, Throttle
from mailkeep.simulator.graph.tokens import Tokens
from mailkeep.simulator.graph.tree import AbsentError, TakenError

_REPORTS = frozenset({"auditlogs", "identityprotection"})

Observer = Callable[[str, str, int, Any], None]
"""Told (method, path below /v1.0, status, body) of every answer, those inside a $batch too."""


class Mischief(Protocol):
    """What faults are played; asked about every request that would be served."""

    async def before(self, request: Request) -> Reply | None:
        """An answer in place of the handler's; None: nothing now."""

    def after(self, request: Request, reply: Reply) -> Reply:
        """The answer that is really sent."""


@dataclass(slots=True, frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    """Below /v1.0, still encoded."""
    query: Iterable[tuple[str, str]]
    headers: Mapping[str, str]
    """Names in lower case."""
    raw: bytes = b""


class Service:
    """Graph without its socket."""

    def __init__(
        self,
        office: Office,
        *,
        limits: Limits | None = None,
        faults: Mischief | None = None,
        latency_s: float = 0.0,
        observer: Observer | None = None,
    ) -> None:
        self.office = office
        self.tokens = Tokens(office)
        self.throttle = Throttle(limits or Limits(), office.clock)
        self.faults = faults
        self.latency_s = latency_s
        self.observer = observer
        self.base = ""
        """Absolute address of /v1.0."""
        self.counts: Counter[tuple[str, str]] = Counter()
        """(method, pattern) → requests served, those inside a $batch too."""
        self._routes = Routes(())

    def serve(self, routes: Iterable[Route]) -> None:
        """Adds these routes."""
        self._routes = Routes((*self._routes.all, *routes))

    async def direct(self, asked: Asked) -> Reply:
        """The answer to a request of its own."""
        bucket: Bucket | None = None
        try:
            app = self.tokens.app_of(asked.headers.get("authorization", ""))
            request = self.prepare(app, asked)
            bucket = self.count(request)
            if not request.route.paces_itself:
                await self.pause()
            reply = await self.run(request)
        except GraphError as error:
            await self.pause()
            reply = error.reply()
        finally:
            if bucket is not None:
                self.throttle.leave(bucket)
        self.observe(asked, reply)
        return reply

    async def pause(self, times: int = 1) -> None:
        """The delay of the wire and of Microsoft's machines."""
        if self.latency_s and times > 0:
            await asyncio.sleep(self.latency_s * times)

    def prepare(self, app: App, asked: Asked) -> Request:
        """The request with its route, its person and what the app may do there. Raises: GraphError."""
        route, params = self._routes.find(asked.method, asked.path)
        person = self._person(route, params["user"]) if "user" in params else None
        return Request(
            method=asked.method,
            path=asked.path,
            query=options(asked.query),
            headers=asked.headers,
            raw=asked.raw,
            office=self.office,
            base=self.base,
            app=app,
            route=route,
            params=params,
            person=person,
            held=admit(route, app, person),
        )

    def count(self, request: Request, *, slot: bool = True) -> Bucket | None:
        """Counts the request against its limits; gives the bucket in which it took a slot. Raises: GraphError 429."""
        route = request.route
        if route.in_mailbox:
            bucket = self.throttle.enter((request.app.client_id, request.owner.id), slot=slot)
            return bucket if slot else None
        place = route.pattern.strip("/").partition("/")[0].lower()
        if place in _REPORTS:
            self.throttle.report(request.app.client_id, place)
        return None

    async def run(self, request: Request) -> Reply:
        """The handler's answer, or what the faults made of it."""
        self.counts[request.method, request.route.pattern] += 1
        played = await self.faults.before(request) if self.faults else None
        reply = played or await handled(request)
        reply = self.faults.after(request, reply) if self.faults else reply
        if reply.status == 429 and request.route.in_mailbox and (wait := reply.headers.get("Retry-After")):
            self.throttle.told((request.app.client_id, request.owner.id), float(wait))
        return reply

    def observe(self, asked: Asked, reply: Reply) -> None:
        """Shows an answer to the observer."""
        if self.observer is not None:
            self.observer(asked.method, asked.path, reply.status, reply.body)

    def _person(self, route: Route, spelled: str) -> Person:
        try:
            person = self.office.person(spelled)
        except AbsentError:
            if route.in_mailbox:
                raise GraphError(404, "ErrorInvalidUser", f"The requested user '{spelled}' is invalid.") from None
            says = (
                f"Resource '{spelled}' does not exist or one of its queried reference-property objects are not present."
            )
            raise GraphError(404, "Request_ResourceNotFound", says) from None
        if route.in_mailbox and not person.licensed:
            says = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
            raise GraphError(404, "MailboxNotEnabledForRESTAPI", says)
        return person


async def handled(request: Request) -> Reply:
    """The handler's answer; what it could not find or read is said in Exchange's words."""
    try:
        reply = request.route.handler(request)
        return await reply if isawaitable(reply) else reply
    except GraphError as error:
        return error.reply()
    except AbsentError:
        says = "The specified object was not found in the store., The process failed to get the correct properties."
        return error_reply(404, "ErrorItemNotFound", says)
    except MalformedIdError:
        return error_reply(400, "ErrorInvalidIdMalformed", "Id is malformed.")
    except TakenError as taken:
        says = f"A folder with the specified name already exists., {taken}"
        return error_reply(409, "ErrorFolderExists", says)

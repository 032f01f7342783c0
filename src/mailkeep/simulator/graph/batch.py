"""POST /$batch: up to 20 requests in one, each admitted, limited and failed alone.

Requests without `dependsOn` run side by side, at one mailbox four at a time; their answers come back in no promised order, here
in the reverse one. Source: Graph, "Combine multiple HTTP requests using JSON batching".
"""

import base64
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route
from mailkeep.simulator.graph.service import Asked, Service
from mailkeep.simulator.graph.throttle import Bucket

MOST = 20
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})


class Batches:
    """Runs batches through the service they came by."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def routes(self) -> tuple[Route, ...]:
        """The one route."""
        return (Route("POST", "/$batch", self.answer, paces_itself=True),)

    async def answer(self, request: Request) -> Reply:
        """200 with an answer for each request. Raises: GraphError 400 where the batch itself is at fault."""
        steps = _steps(request)
        statuses: dict[str, int] = {}
        answers = []
        taken: dict[tuple[str, str], tuple[Bucket, int]] = {}
        rounds: Counter[tuple[str, str]] = Counter()
        try:
            for step in steps:
                failed = next((each for each in step.get("dependsOn") or () if statuses[each] >= 400), None)
                if failed is None:
                    reply = await self._run(request, step, taken, rounds)
                else:
                    says = f"The request depends on request '{failed}', which failed."
                    reply = GraphError(424, "FailedDependency", says).reply()
                if reply.abort:  # a connection that breaks takes every answer along
                    return reply
                statuses[step["id"]] = reply.status
                answers.append(_told(step["id"], reply))
            slowest = max((-(-many // taken[key][1]) for key, many in rounds.items()), default=1)
            await self.service.pause(slowest)
        finally:
            for bucket, slots in taken.values():
                self.service.throttle.leave(bucket, slots)
        return Reply(200, {"responses": answers[::-1]})

    async def _run(
        self,
        outer: Request,
        step: dict[str, Any],
        taken: dict[tuple[str, str], tuple[Bucket, int]],
        rounds: Counter[tuple[str, str]],
    ) -> Reply:
        service = self.service
        path, _, query = step["url"].removeprefix("/v1.0").partition("?")
        headers = {name.lower(): str(value) for name, value in (step.get("headers") or {}).items()}
        pairs = parse_qsl(query, keep_blank_values=True)
        asked = Asked(step["method"], f"/{path.lstrip('/')}", pairs, headers, _body(step))
        try:
            request = service.prepare(outer.app, asked)
            if request.route.in_mailbox:
                self._slot(request, taken)
                rounds[request.app.client_id, request.owner.id] += 1
            service.count(request, slot=False)
            reply = await service.run(request)
        except GraphError as error:
            reply = error.reply()
        service.observe(asked, reply)
        return reply

    def _slot(self, request: Request, taken: dict[tuple[str, str], tuple[Bucket, int]]) -> None:
        """Holds up to 4 slots at this mailbox until the batch is answered. Raises: GraphError 429 where none is free."""
        key = (request.app.client_id, request.owner.id)
        throttle = self.service.throttle
        bucket, slots = taken.get(key) or (throttle.of(key), 0)
        slots += throttle.take(bucket, 1)
        if not slots:
            throttle.refuse(bucket)
        taken[key] = (bucket, slots)


def _steps(request: Request) -> list[dict[str, Any]]:
    steps = request.json().get("requests")
    if not isinstance(steps, list) or not steps:
        raise GraphError(400, "BadRequest", "The batch has no requests.")
    if len(steps) > MOST:
        says = f"Number of batch request steps exceeds the maximum value of {MOST}."
        raise GraphError(400, "MaximumValueExceeded", says)
    known: set[str] = set()
    for step in steps:
        if not isinstance(step, dict) or not isinstance(step.get("id"), str) or not isinstance(step.get("url"), str):
            raise GraphError(400, "BadRequest", "Invalid batch payload format: id, method and url are strings.")
        if step["id"] in known:
            raise GraphError(400, "BadRequest", f"Request Id '{step['id']}' is not unique in the batch.")
        if step["url"].strip("/").lower().startswith("$batch"):
            raise GraphError(400, "BadRequest", f"Request '{step['id']}': a batch holds no batch.")
        if step.get("method") not in _METHODS or "://" in step["url"].partition("?")[0]:
            raise GraphError(
                400, "BadRequest", f"Request '{step['id']}': unknown method, or a url that is not relative."
            )
        if not known.issuperset(step.get("dependsOn") or ()):
            raise GraphError(400, "BadRequest", f"Request '{step['id']}' depends on one that does not come before it.")
        if step.get("body") is not None and not any(
            name.lower() == "content-type" for name in step.get("headers") or ()
        ):
            says = f"Request '{step['id']}': a request with a body needs a Content-Type header."
            raise GraphError(400, "BadRequest", says)
        known.add(step["id"])
    return steps


def _body(step: dict[str, Any]) -> bytes:
    body = step.get("body")
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else msgspec.json.encode(body)


def _told(spelled: str, reply: Reply) -> dict[str, Any]:
    told: dict[str, Any] = {"id": spelled, "status": reply.status}
    headers = dict(reply.headers)
    if isinstance(reply.body, bytes):
        told["body"] = base64.b64encode(reply.body).decode()
    elif reply.body is not None:
        headers.setdefault("Content-Type", "application/json")
        told["body"] = reply.body
    return {**told, "headers": headers}

"""Small requests of one moment packed into one: Graph's $batch, up to twenty, whatever mailboxes they go to.

Each request inside is answered, limited and failed for itself; who asked does not notice that it shared an envelope. Where the
whole envelope fails (too long an answer, refused as such) its requests are sent one by one.

Source: Graph, "Combine multiple HTTP requests using JSON batching".
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from mailkeep.connect.answers import Answer, Ask
from mailkeep.connect.graph.wire import mime_of
from mailkeep.connect.port import Unreachable

MOST = 20


class _Inner(msgspec.Struct, frozen=True):
    id: str
    status: int
    headers: dict[str, Any] | None = None
    body: msgspec.Raw = msgspec.Raw()


class _Outer(msgspec.Struct, frozen=True):
    responses: list[_Inner]


Waiting = tuple[Ask, "asyncio.Future[Answer]"]


class Batcher:
    """Where the requests of one registration gather. Takes: the API's base address, and what sends one request."""

    def __init__(self, base: str, send: Callable[[Ask], Awaitable[Answer]]) -> None:
        self._base = base
        self._send = send
        self._waiting: list[Waiting] = []
        self._going: set[asyncio.Task[None]] = set()

    async def send(self, ask: Ask) -> Answer:
        """The answer to this request, alone or out of a batch with those that were asked in the same moment."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._flush)
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((ask, answer))
        return await answer

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), MOST):
            some = waiting[start : start + MOST]
            task = asyncio.create_task(self._together(some) if len(some) > 1 else self._alone(*some[0]))
            self._going.add(task)
            task.add_done_callback(self._going.discard)

    async def _alone(self, ask: Ask, answer: "asyncio.Future[Answer]") -> None:
        try:
            got = await self._send(ask)
        except Unreachable as broken:
            if not answer.done():
                answer.set_exception(broken)
        else:
            _settle(answer, got)

    async def _together(self, waiting: Sequence[Waiting]) -> None:
        try:
            outer = await self._send(self._envelope(waiting))
            inner = _opened(outer, waiting) if outer.ok and not outer.cut else {}
        except Unreachable as broken:
            for _, answer in waiting:
                if not answer.done():
                    answer.set_exception(Unreachable(str(broken)))
            return
        if outer.cut or (400 <= outer.status < 500 and outer.status not in (401, 403, 429)):
            await asyncio.gather(*(self._alone(ask, answer) for ask, answer in waiting))
            return
        for at, (_, answer) in enumerate(waiting):
            _settle(answer, inner[str(at)] if outer.ok else outer)

    def _envelope(self, waiting: Sequence[Waiting]) -> Ask:
        steps = [_step(str(at), ask, self._base) for at, (ask, _) in enumerate(waiting)]
        first = waiting[0][0]
        return Ask(
            doing=f"{first.doing}, with {len(waiting) - 1} more in one batch",
            method="POST",
            url=f"{self._base}/$batch",
            headers={"Authorization": first.headers["Authorization"], "Content-Type": "application/json"},
            body=msgspec.json.encode({"requests": steps}),
            twice=all(ask.twice for ask, _ in waiting),
        )


def _step(identity: str, ask: Ask, base: str) -> dict[str, Any]:
    """One request as a batch writes it."""
    headers = {name: value for name, value in ask.headers.items() if name != "Authorization"}
    step: dict[str, Any] = {"id": identity, "method": ask.method, "url": ask.url.removeprefix(base), "headers": headers}
    if ask.body:
        step["body"] = msgspec.Raw(ask.body)
    return step


def _opened(outer: Answer, waiting: Sequence[Waiting]) -> Mapping[str, Answer]:
    """The answer to each request. Raises: Unreachable when one is missing."""
    try:
        found = {inner.id: _answer(inner) for inner in msgspec.json.decode(outer.body, type=_Outer).responses}
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise Unreachable(
            f"{waiting[0][0].doing}: the answer to a batch of {len(waiting)} is no JSON of that form. It is tried again."
        ) from error
    if any(str(at) not in found for at in range(len(waiting))):
        raise Unreachable(
            f"{waiting[0][0].doing}: a batch of {len(waiting)} came back with {len(found)} answers. It is tried again."
        )
    return found


def _answer(inner: _Inner) -> Answer:
    body = bytes(inner.body)
    if body.startswith(b'"'):
        body = mime_of(msgspec.json.decode(body, type=str).encode())
    headers = {name.lower(): str(value) for name, value in (inner.headers or {}).items()}
    return Answer(status=inner.status, headers=headers, body=b"" if body == b"null" else body)


def _settle(answer: "asyncio.Future[Answer]", got: Answer) -> None:
    """Hands the answer over, unless nobody waits for it any more."""
    if not answer.done():
        answer.set_result(got)

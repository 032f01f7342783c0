"""Small calls that are made at the same moment, sent as one request: many mailboxes are worked on, each with its own token.

Each call counts for the quota as if it were alone, and is answered, refused and throttled alone. What costs time is the
request over the wire: of so many calls at once it is the greater part.

Source: developers.google.com/workspace/gmail/api/guides/batch (at most 100 calls, better 50; a part's own headers go
before those of the whole).
"""

import asyncio
import math
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from mailkeep.connect.answers import Answer, Ask
from mailkeep.connect.http import Http
from mailkeep.connect.port import Unreachable

MOST_PARTS = 50
GATHER_S = 0.002
"""So long more calls are waited for while others are under way; the first is not kept waiting."""
ALONE_S = 30.0
BOUNDARY = "mailkeep-batch"

Part = tuple[Ask, asyncio.Future[Answer]]


class Batch:
    """Sends calls together where several wait, else one by one.

    Where the other side knows no batch all go one by one from then on. Where a token is refused they do for a while, so
    that the second try, which is the last one, does not hang on how the batch passes tokens on.
    """

    def __init__(self, http: Http, url: str) -> None:
        self._http = http
        self._url = url
        self._waiting: list[Part] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._alone_until = 0.0

    async def send(self, ask: Ask) -> Answer:
        """The answer to this one call. Raises: Unreachable."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._alone_until:
            return await self._http.send(ask)
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((ask, answer))
        if len(self._waiting) == 1:
            loop.call_later(GATHER_S if self._under_way else 0.0, self._go)
        elif len(self._waiting) == MOST_PARTS:
            self._go()
        return await answer

    def _go(self) -> None:
        parts, self._waiting = self._waiting, []
        parts = [(ask, answer) for ask, answer in parts if not answer.done()]
        if parts:
            task = asyncio.get_running_loop().create_task(self._answered(parts))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _answered(self, parts: Sequence[Part]) -> None:
        """Answers every part, with trouble where there is no answer."""
        try:
            answers = await self._asked([ask for ask, _ in parts])
        except Unreachable as trouble:
            answers = [trouble] * len(parts)
        for (_, answer), told in zip(parts, answers, strict=True):
            if answer.done():
                continue  # nobody waits for it any more
            if isinstance(told, Unreachable):
                answer.set_exception(told)
            else:
                answer.set_result(told)

    async def _asked(self, asks: Sequence[Ask]) -> list[Answer | Unreachable]:
        if len(asks) == 1:
            return [await self._http.send(asks[0])]
        whole = await self._http.send(
            Ask(
                doing=f"asking {len(asks)} things of Gmail at once, the first: {asks[0].doing}",
                method="POST",
                url=self._url,
                headers={"Content-Type": f"multipart/mixed; boundary={BOUNDARY}"},
                body=written(asks),
            )
        )
        if whole.status == 429 or whole.status >= 500:
            return [whole] * len(asks)
        if not whole.ok:
            self._alone_until = math.inf
            return list(await asyncio.gather(*map(self._alone, asks)))
        found = read(whole)
        if any(each.status == 401 for each in found.values()):
            self._alone_until = asyncio.get_running_loop().time() + ALONE_S
        return [found.get(number) or _unanswered(ask) for number, ask in enumerate(asks)]

    async def _alone(self, ask: Ask) -> Answer | Unreachable:
        try:
            return await self._http.send(ask)
        except Unreachable as trouble:
            return trouble


def written(asks: Sequence[Ask]) -> bytes:
    """The body of a request that asks all of these."""
    pieces = []
    for number, ask in enumerate(asks):
        place = urlsplit(ask.url)
        lines = [
            f"--{BOUNDARY}",
            "Content-Type: application/http",
            f"Content-ID: <{number}>",
            "",
            f"{ask.method} {place.path}{'?' if place.query else ''}{place.query} HTTP/1.1",
            *(f"{name}: {value}" for name, value in ask.headers.items()),
            f"Content-Length: {len(ask.body)}",
            "",
            "",
        ]
        pieces.append("\r\n".join(lines).encode() + ask.body + b"\r\n")
    return b"".join((*pieces, f"--{BOUNDARY}--\r\n".encode()))


def read(whole: Answer) -> dict[int, Answer]:
    """Number of the call → its answer; what cannot be read is missing."""
    boundary = re.search(r'boundary="?([^";]+)', whole.headers.get("content-type", ""))
    found: dict[int, Answer] = {}
    for part in whole.body.split(f"--{boundary[1]}".encode()) if boundary and not whole.cut else ():
        outer, _, inner = part.partition(b"\r\n\r\n")
        top, _, body = inner.partition(b"\r\n\r\n")
        number = re.search(rb"(?im)^content-id:\s*<response-(\d+)>", outer)
        status = re.match(rb"HTTP/\d(?:\.\d)? (\d{3})\b", top)
        if number and status:
            lines = (line.partition(":") for line in top.decode("latin-1").split("\r\n")[1:])
            headers = {name.strip().lower(): value.strip() for name, _, value in lines}
            found[int(number[1])] = Answer(status=int(status[1]), headers=headers, body=body.removesuffix(b"\r\n"))
    return found


def _unanswered(ask: Ask) -> Unreachable:
    return Unreachable(f"{ask.doing}: the answer to several calls at once holds none to this one. It is tried again.")

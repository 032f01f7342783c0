"""What goes wrong, on demand: wrong answers, dead connections, lost and doubled notices, mails that move under one's hands.

Every choice is made by the seed and by what it is about (the third request on a path, the notice of one mail), never by
the order in which things happen to run, so that a run can be played again.
"""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import blake2b

import msgspec

from mailkeep.simulator.graph.routes import Reply, Request, error_reply
from mailkeep.simulator.graph.tree import AbsentError

_HTML = b"<!DOCTYPE html><html><body><h2>Our services aren't available right now</h2></body></html>"
_SAYS = {
    500: ("UnknownError", "An internal server error occurred. The operation failed."),
    502: ("BadGateway", "The gateway got an invalid response."),
    503: ("ServiceUnavailable", "The service is temporarily unavailable."),
    504: ("GatewayTimeout", "The server did not respond in time."),
    429: ("TooManyRequests", "Application is over its quota."),
}
_RESYNC = frozenset({"syncStateNotFound", "syncStateInvalid", "resyncRequired"})
_STALE = _RESYNC | {"410"}
"""Only a delta request that continues an earlier one can hear these."""
ANSWERS = frozenset({*map(str, _SAYS), "html", "truncated", "empty", "cut", "hang", *_STALE})
"""What `Upset.answer` may be; "cut" breaks the connection off, "hang" holds it open without a word."""


class Upset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Requests that are answered wrongly."""

    answer: str
    """One of ANSWERS."""
    path: str = ""
    """Regular expression, looked for in "METHOD /path"; empty: every request."""
    share: float = 1.0
    """Of the requests that match."""
    times: int | None = None
    """After so many it is over."""
    retry_after_s: int | None = None
    """Said with 429, 503 and 504 where it is not None."""
    hang_s: float = 60.0
    """How long "hang" lasts before the connection breaks."""
    done: bool = False
    """True: the request is carried out, and its answer spoilt on the way back."""

    def __post_init__(self) -> None:
        """Refuses what could never be played."""
        if self.answer not in ANSWERS:
            raise ValueError(f"no such answer: {self.answer!r}; known are {', '.join(sorted(ANSWERS))}")
        re.compile(self.path)


class NoticeFaults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to notices on their way; each a share in 0..1 of the mails."""

    drop: float = 0.0
    duplicate: float = 0.0
    delay: float = 0.0
    delay_s: float = 5.0
    """How late a delayed one comes, at most."""
    reorder: float = 0.0
    """Held back until a later one went out."""


class Meddling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user who is quicker: the message is moved or removed between being read and being acted on."""

    share: float = 0.0
    """Of the messages that are read, each at its first reading."""
    folder: str = "archive"
    """Where it is moved to; empty: removed for good."""


@dataclass(slots=True, eq=False)
class _Played:
    """An upset and how far it has been played."""

    upset: Upset
    pattern: re.Pattern[str]
    met: int = 0
    played: int = 0


class Faults:
    """All that is wrong at the moment. Set its fields at any time; `clear()` makes everything well."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.notices = NoticeFaults()
        self.meddling = Meddling()
        self.clock_skew_s = 0.0
        """Added to the Date of every answer."""
        self.count: Counter[str] = Counter()
        """How often each kind of fault was played."""
        self._upsets: list[_Played] = []
        self._meddled: set[int] = set()

    def upset(
        self, answer: str, path: str = "", *, share: float = 1.0, times: int | None = None, **more: object
    ) -> None:
        """One more kind of wrong answer, see Upset. Raises: ValueError."""
        planned = {"answer": answer, "path": path, "share": share, "times": times, **more}
        self.plan(msgspec.convert(planned, Upset))

    def plan(self, upset: Upset) -> None:
        """One more kind of wrong answer."""
        self._upsets.append(_Played(upset, re.compile(upset.path)))

    def clear(self) -> None:
        """Nothing is wrong any more; the counts stay."""
        self._upsets.clear()
        self._meddled.clear()
        self.notices, self.meddling, self.clock_skew_s = NoticeFaults(), Meddling(), 0.0

    # answers

    async def before(self, request: Request) -> Reply | None:
        """A wrong answer in place of the right one, or None."""
        return await self._instead(f"{request.method} {request.path}", request)

    async def at_the_door(self, path: str) -> Reply | None:
        """The same for the token endpoint, which only an upset whose pattern names it concerns."""
        return await self._instead(f"POST {path}", None)

    def after(self, request: Request, reply: Reply) -> Reply:
        """The right answer, or what becomes of it on its way."""
        upset = self._due(f"{request.method} {request.path}", request, done=True)
        if upset is not None:
            return _spoilt(upset, request, reply)
        if request.method == "GET" and "message" in request.params and reply.status == 200:
            self._meddle(request)
        if self.clock_skew_s:
            moment = datetime.fromtimestamp(request.office.clock() + self.clock_skew_s, UTC)
            reply.headers["Date"] = format_datetime(moment, usegmt=True)
        return reply

    async def _instead(self, asked: str, request: Request | None) -> Reply | None:
        upset = self._due(asked, request, done=False)
        if upset is not None and upset.answer == "hang":
            await asyncio.sleep(upset.hang_s)
        return None if upset is None else _spoilt(upset, request, None)

    def _due(self, asked: str, request: Request | None, *, done: bool) -> Upset | None:
        goes_on = request is not None and any("token" in name.lower() for name in request.query)
        for number, plan in enumerate(self._upsets):
            upset = plan.upset
            if upset.done is not done or (upset.times is not None and plan.played >= upset.times):
                continue
            if not plan.pattern.search(asked) or (request is None and not upset.path):
                continue
            if upset.answer in _STALE and not goes_on:
                continue
            plan.met += 1
            if self.falls(f"upset {number}", plan.met, upset.share):
                plan.played += 1
                self.count[upset.answer] += 1
                return upset
        return None

    def _meddle(self, request: Request) -> None:
        """The user acts right after the answer has been made."""
        mailbox = request.mailbox
        try:
            item = mailbox.item(request.params["message"])
        except AbsentError:
            return
        key = mailbox.number << 32 | item.number
        if key in self._meddled or not self.falls("meddling", key, self.meddling.share):
            return
        self._meddled.add(key)
        self.count["meddled"] += 1
        if self.meddling.folder:
            mailbox.move(item, mailbox.folder_at(self.meddling.folder))
        else:
            mailbox.purge(item)

    # notices

    def fate(self, mailbox: int, item: int) -> tuple[float, ...]:
        """When the notices about this mail go out: seconds from now, one for each; empty when it is lost."""
        plan, key = self.notices, mailbox << 32 | item
        if self.falls("drop", key, plan.drop):
            self.count["dropped"] += 1
            return ()
        first = 0.0
        if self.falls("delay", key, plan.delay):
            self.count["delayed"] += 1
            first = plan.delay_s * self.chance("how late", key)
        if self.falls("duplicate", key, plan.duplicate):
            self.count["duplicated"] += 1
            return first, first + 0.2 * self.chance("how soon", key)
        return (first,)

    def overtaken(self, mailbox: int, item: int) -> bool:
        """True: the notice waits until a later one went out."""
        if not self.falls("reorder", mailbox << 32 | item, self.notices.reorder):
            return False
        self.count["reordered"] += 1
        return True

    # chance

    def chance(self, about: str, key: int) -> float:
        """A number in [0, 1), always the same for the same question."""
        digest = blake2b(f"{self.seed}|{about}|{key}".encode(), digest_size=4).digest()
        return int.from_bytes(digest) / 2**32

    def falls(self, about: str, key: int, share: float) -> bool:
        """True for this share of the keys."""
        return share > 0 and self.chance(about, key) < share


def _spoilt(upset: Upset, request: Request | None, reply: Reply | None) -> Reply:
    answer = upset.answer
    if answer in {"cut", "hang"}:
        return Reply(0, abort=True)
    if answer == "html":
        return Reply(503 if reply is None else 200, _HTML, {"Content-Type": "text/html"})
    if answer == "truncated":
        whole = msgspec.json.encode({"value": [{"id": "AAMkAGVm"}]} if reply is None else reply.body)
        return Reply(200, whole[: max(1, len(whole) * 2 // 3)], {"Content-Type": "application/json"})
    if answer == "empty":
        return Reply(200, b"", {"Content-Type": "application/json"})
    if answer == "410" and request is not None:
        fresh = f"{request.base}{request.path}"
        return error_reply(410, "syncStateNotFound", "Resync required.", {"Location": fresh})
    if answer in _RESYNC:
        return error_reply(400, answer, "The sync state generation is not found; continue with a full synchronization.")
    code, says = _SAYS[int(answer)]
    told = {} if upset.retry_after_s is None else {"Retry-After": str(upset.retry_after_s)}
    return error_reply(int(answer), code, says, told)

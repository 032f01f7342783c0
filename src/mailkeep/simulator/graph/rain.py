"""Mail without end for load tests: the made-up company's own letters and attacks, each delivery a mail of its own.

`POST /_sim/rain` begins it; `POST /_sim/truth` tells what lies where afterwards, to hold against what a watcher says.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import blake2b
from itertools import cycle
from random import Random
from typing import Any

import msgspec

from mailkeep.simulator.company import make_company
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.post import Post
from mailkeep.simulator.tenant import set_stage

_MESSAGE_ID = re.compile(rb"(?im)^message-id:[^\r\n]*")
_STAMP = re.compile(rb"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d ([+-]\d{4})")
_TICK_S = 0.02
_DAYS = 20
"""Days of letters that repeat."""


class Shower(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`/_sim/rain`: so many deliveries into the mailboxes of the company, from now on."""

    deliveries: int = 0
    """Copies, each in one mailbox; 0 asks how far the last rain is."""
    per_s: float = 100.0
    seed: int = 1
    attacks: float = 0.01
    """Share of mails that are attacks."""


class Rain:
    """Rains on one tenant."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.delivered = 0
        self.attacks = 0
        self._wanted = 0
        self._falling: asyncio.Task[None] | None = None

    async def follow(self, order: dict[str, Any]) -> dict[str, Any]:
        """Begins the rain, or only tells how far it is. Raises: msgspec.ValidationError."""
        shower = msgspec.convert(order, Shower)
        if shower.deliveries:
            posts = await asyncio.to_thread(letters_of, self.office, shower)
            self._wanted = self.delivered + shower.deliveries
            self._falling = asyncio.create_task(self._fall(posts, shower))
        return {"wanted": self._wanted, "delivered": self.delivered, "attacks": self.attacks}

    async def ended(self) -> None:
        """Returns once everything that was wanted has fallen."""
        if self._falling is not None:
            await self._falling

    async def close(self) -> None:
        """Stops it."""
        if self._falling is not None:
            self._falling.cancel()
            await asyncio.gather(self._falling, return_exceptions=True)

    async def _fall(self, posts: Iterator[Post], shower: Shower) -> None:
        loop = asyncio.get_running_loop()
        begun, before = loop.time(), self.delivered
        while self.delivered < self._wanted:
            owed = min(self._wanted, before + int((loop.time() - begun) * shower.per_s) + 1)
            while self.delivered < owed:
                self._deliver(next(posts), owed)
            await asyncio.sleep(_TICK_S)

    def _deliver(self, post: Post, most: int) -> None:
        """One mail in every mailbox it is for, as long as more may fall."""
        self.attacks += post.attack is not None
        named = b"Message-ID: <%d.rain@%s>" % (self.delivered, self.office.domains[0].encode())
        now = datetime.fromtimestamp(self.office.clock(), UTC)
        copies = [(address, "inbox", post.raw) for address in post.mailboxes]
        copies += [(post.sent_from, "sentitems", post.sent_raw)] if post.sent_from else []
        for address, folder, raw in copies[: most - self.delivered]:
            fresh = _MESSAGE_ID.sub(named, raw, count=1)
            self.office.deliver(address, dated(fresh, now), folder=folder)
            self.delivered += 1


def dated(raw: bytes, now: datetime) -> bytes:
    """The mail as if it had been written and carried at this moment; every clock keeps its zone."""
    head, gap, body = raw.partition(b"\r\n\r\n")
    return _STAMP.sub(lambda hit: _stamp(now, hit[1]), head) + gap + body


def _stamp(now: datetime, zone: bytes) -> bytes:
    return format_datetime(now.astimezone(datetime.strptime(zone.decode(), "%z").tzinfo)).encode()


def letters_of(office: Office, shower: Shower) -> Iterator[Post]:
    """The company's letters over and over, with this share of attacks among them.

    Raises: msgspec.ValidationError when the tenant's people are not the company's.
    """
    size, rng = len(office.people), Random(shower.seed)  # noqa: S311 - a play, no secret
    ours = {person.address for person in office.people.values()}
    if not {employee.address for employee in make_company(Random(shower.seed), size=size).employees} <= ours:  # noqa: S311
        raise msgspec.ValidationError("rain needs the company's own people: start the simulator with --company")
    stage = set_stage(rng, datetime.fromtimestamp(office.clock(), UTC).date(), size=size, days=_DAYS, attacks=24)
    return _mixed(stage.history, stage.attacks, shower.attacks, rng)


def _mixed(honest: Sequence[Post], attacks: Sequence[Post], share: float, rng: Random) -> Iterator[Post]:
    letters, strikes = cycle(honest), cycle(attacks)
    while True:
        yield next(strikes if attacks and rng.random() < share else letters)


def truth(office: Office, _: dict[str, Any]) -> dict[str, Any]:
    """What lies in the tenant: how many messages, a digest of which, how often they were moved, and in which folders."""
    moves: Counter[int] = Counter()
    folders: Counter[str] = Counter()
    digest = messages = 0
    for person in office.people.values():
        mailbox = office.mailbox(person)
        for item in mailbox.items.values():
            messages += 1
            moves[item.moves] += 1
            folders[mailbox.folder(item.folder).name] += 1
            digest = (digest + mark(person.id, mailbox.item_id(item, immutable=True))) % 2**64
    return {"messages": messages, "digest": f"{digest:016x}", "moves": dict(moves), "folders": dict(folders)}


def mark(mailbox: str, message: str) -> int:
    """A message's part of the digest: the sum over all of them, modulo 2**64, is the same in whatever order they are met."""
    return int.from_bytes(blake2b(f"{mailbox}/{message}".encode(), digest_size=8).digest(), "big")

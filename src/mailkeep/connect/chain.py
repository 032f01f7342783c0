"""The cursor of mail that lies in files: what was handed over, and what was not, whatever moved meanwhile.

No clock and no order of arrival is trusted. The cursor holds how far the first reading came (`mark`, an order that the
connector chooses) and a note of everything handed over up to there (`seen`). Each fetch lists what lies there now: what
lies beyond the mark is wanted, and so is what lies before it but is missing from the note, such as mail copied in with an
old date. When more changed than the note can tell, the chain begins anew: mail is handed over twice rather than missed.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from mailkeep.connect.seen import difference, note

PAGE_BYTES = 32 * 1024 * 1024
"""A page ends early when its mails reach this many bytes."""
LAST_S = 253402300799
"""The last second of the year 9999."""
MOST_BYTES = 64 * 1024 * 1024
"""Of a larger mail only this much is handed over, and a sentence says so."""


class Item(NamedTuple):
    """One mail that lies there, as the chain sees it."""

    order: int
    key: int
    received_ns: int


class Chain(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A cursor."""

    floor_ns: int = 0
    """Mail received before this moment (nanoseconds since 1970, UTC) is left out."""
    mark: tuple[int, int] = (-1, -1)
    """(order, key) of the furthest mail handed over."""
    seen: bytes = note(())


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a fetch is to hand over, and the chain it continues."""

    items: tuple[Item, ...]
    covered: tuple[int, ...]
    chain: Chain

    def after(self, handed: Sequence[Item]) -> str:
        """The cursor once these items were handed over."""
        mark = max((self.chain.mark, *((item.order, item.key) for item in handed)))
        seen = note((*self.covered, *(item.key for item in handed)))
        return write_cursor(msgspec.structs.replace(self.chain, mark=mark, seen=seen))


def wanted(cursor: str | None, present: Iterable[Item], since: datetime | None) -> Wanted:
    """What lies there but was not handed over yet, in order. Without `since` the chain's own beginning counts on."""
    chain = read_cursor(cursor)
    floor = chain.floor_ns if since is None else nanoseconds(since)
    if floor < chain.floor_ns:
        chain = Chain()
    ordered = sorted(item for item in present if item.received_ns >= chain.floor_ns)
    before = [item for item in ordered if (item.order, item.key) <= chain.mark]
    changed = difference(chain.seen, [item.key for item in before])
    if changed is None:
        chain, before = Chain(), []
        new: frozenset[int] = frozenset()
    else:
        new = changed.new
    known = {item.key for item in before} - new
    return Wanted(
        items=tuple(item for item in ordered if item.key not in known and item.received_ns >= floor),
        covered=tuple(item.key for item in before if item.key in known and item.received_ns >= floor),
        chain=msgspec.structs.replace(chain, floor_ns=floor),
    )


def key_of(*parts: object) -> int:
    """A 64-bit number, evenly spread, for what these parts name."""
    named = "\0".join(map(str, parts)).encode("utf-8", "surrogateescape")
    return int.from_bytes(blake2b(named, digest_size=8).digest(), "big")


def nanoseconds(moment: datetime) -> int:
    """Nanoseconds since 1970."""
    return int(moment.astimezone(UTC).timestamp()) * 1_000_000_000 + moment.microsecond * 1000


def moment_of(received_ns: int) -> datetime:
    """The moment in UTC; one beyond the calendar becomes its end."""
    received_ns = min(max(received_ns, 0), LAST_S * 1_000_000_000)
    seconds = received_ns // 1_000_000_000
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=received_ns // 1000 % 1_000_000)


def write_cursor(chain: Chain) -> str:
    """The chain as text."""
    return base64.b85encode(msgspec.msgpack.encode(chain)).decode("ascii")


def read_cursor(cursor: str | None) -> Chain:
    """The chain of this text; one that cannot be read begins anew, since twice is better than never."""
    try:
        return msgspec.msgpack.decode(base64.b85decode(cursor or ""), type=Chain) if cursor else Chain()
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        return Chain()

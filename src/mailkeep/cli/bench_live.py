"""`mailkeep bench --live …`: the whole product against a made-up Microsoft 365 tenant on the other core.

flood     so many deliveries; 5 % of the notices dropped, 5 % doubled, 5 % late, 5 % out of order; two outages of the
          provider and one kill -9 of ours. Shows that nothing stays unscanned and nothing is done twice.
pace      deliveries at a steady pace, the provider answering after 50 ms. Shows how long a mail takes, leg by leg.
clawback  one mail in every mailbox: pulled, brought back, pulled again and killed in the middle. Shows how long it takes
          and that the counts are exact.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from mailkeep.cli.frame import say
from mailkeep.cli.site import TENANT, Site, begin, site, until

NOTICES = {"drop": 0.05, "duplicate": 0.05, "delay": 0.05, "delay_s": 20.0, "reorder": 0.05}
OUTAGE_S = 15.0
LATENCY_MS = 50.0
"""How long the made-up provider takes to answer in the runs that are about time."""
MAILS = "SELECT count(*) FROM message"
QUIET_S = 900.0
"""How long after the last delivery everything must be judged: polls and receipts find a dropped notice within minutes."""


class Flood(msgspec.Struct, frozen=True, kw_only=True):
    """What a flood came to."""

    deliveries: int
    seconds: float
    """From the first delivery until the last one was judged."""
    per_s: float
    unscanned: int
    """Mails that lie in the tenant without a verdict. Goal: 0."""
    strangers: int
    """Verdicts on mails that do not lie there. Goal: 0."""
    moved: int
    moved_twice: int
    """Mails that were moved more than once. Goal: 0."""
    receipts_missing: int
    """What the coverage receipts say is missing. Goal: 0."""
    healed: int
    """Mails that only the coverage receipts found."""
    notices: Mapping[str, int]
    """accepted, repeated …"""
    troubles: tuple[str, ...]
    """Kinds that stand at the end. Goal: none."""


async def flood(folder: Path, *, deliveries: int, per_s: float, people: int) -> Flood:
    """A flood with faults on the way, held against the tenant's own truth."""
    async with site(folder, "--company", "--people", str(people), "--days", "3") as place:
        await begin(place)
        judged = place.number(MAILS)
        await place.order("faults", seed=1, notices=NOTICES)
        begun = time.monotonic()
        await place.order("rain", deliveries=deliveries, per_s=per_s)
        await _trouble(place, deliveries)
        whole = judged + deliveries
        await until(place, lambda: place.number(MAILS) >= whole, most_s=QUIET_S + deliveries / 50)
        seconds = time.monotonic() - begun
        owed = "SELECT count(*) FROM due WHERE lane IN ('act', 'live')"
        await until(place, lambda: place.number(owed) == 0, most_s=QUIET_S)
        await until(place, lambda: receipts_newer(place, begun + seconds), most_s=QUIET_S)
        return await _held(place, deliveries, seconds)


def receipts_newer(place: Site, moment: float) -> bool:
    """True when every mailbox was held against the provider's list after this moment of the monotonic clock."""
    at = (time.time() - (time.monotonic() - moment)) * 1000
    return place.number(f"SELECT count(*) FROM coverage WHERE at < {at:.0f}") == 0  # noqa: S608 - our own number


async def _trouble(place: Site, deliveries: int) -> None:
    """Two outages and a kill, as the rain passes its marks."""
    marks: list[tuple[float, Callable[[], Any]]] = [
        (0.25, lambda: place.order("faults", down_s=OUTAGE_S)),
        (0.50, place.kill),
        (0.75, lambda: place.order("faults", down_s=OUTAGE_S)),
    ]
    for share, deed in marks:
        done = await place.fallen(share * deliveries)
        say(f"{done} delivered, {place.number(MAILS)} judged")
        begun = deed()
        if begun is not None:
            await begun
        else:
            await asyncio.sleep(2.0)
            place.serve()
    await place.fallen(deliveries)


async def _held(place: Site, deliveries: int, seconds: float) -> Flood:
    """The store held against the tenant."""
    from mailkeep.simulator.graph.rain import mark

    told = await place.order("truth")
    rows = place.ask(f"SELECT mailbox, ref FROM message WHERE tenant = '{TENANT}'")  # noqa: S608 - our own name
    digest = sum(mark(mailbox, ref) for mailbox, ref in rows) % 2**64
    same = f"{digest:016x}" == told["digest"]
    moves = {int(times): number for times, number in told["moves"].items()}
    missing = [gap for (blob,) in place.ask("SELECT missing FROM coverage") for gap in msgspec.msgpack.decode(blob)]
    unscanned = max(0, told["messages"] - len(rows))
    return Flood(
        deliveries=deliveries,
        seconds=round(seconds, 1),
        per_s=round(deliveries / seconds, 1),
        unscanned=unscanned if same or unscanned else 1,
        strangers=max(0, len(rows) - told["messages"]),
        moved=sum(number for times, number in moves.items() if times),
        moved_twice=sum(number for times, number in moves.items() if times > 1),
        receipts_missing=len(missing),
        healed=place.number("SELECT sum(healed) FROM coverage"),
        notices=dict(place.ask("SELECT kind, times FROM heard")),
        troubles=tuple(sorted({f"{kind} {about}" for kind, about in place.ask("SELECT kind, about FROM trouble")})),
    )

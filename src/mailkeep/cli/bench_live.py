"""`mailkeep bench --live …`: the whole product against a made-up Microsoft 365 tenant on the other core.

flood     so many deliveries; 5 % of the notices dropped, 5 % doubled, 5 % late, 5 % out of order; two outages of the
          provider and one kill -9 of ours. Shows that nothing stays unscanned and nothing is done twice.
pace      deliveries at a steady pace, the provider answering after 50 ms. Shows how long a mail takes, leg by leg.
clawback  one mail in every mailbox: pulled, brought back, pulled again and killed in the middle. Shows how long it takes
          and that the counts are exact.
"""

import asyncio
import base64
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from mailkeep.cli.frame import say
from mailkeep.cli.site import TENANT, Site, begin, site, until
from mailkeep.connect.port import QUARANTINE_FOLDER
from mailkeep.kit.trouble import OperatorError
from mailkeep.store.latency import Leg
from mailkeep.wiring import open_home

NOTICES = {"drop": 0.05, "duplicate": 0.05, "delay": 0.05, "delay_s": 20.0, "reorder": 0.05}
OUTAGE_S = 15.0
LATENCY_MS = 50.0
"""How long the made-up provider takes to answer in the runs that are about time."""
MAILS = "SELECT count(*) FROM message"
OWED = "SELECT count(*) FROM due WHERE lane IN ('act', 'live')"
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
        whole = place.number(MAILS) + deliveries
        begun = time.monotonic()
        await storm(place, deliveries, per_s, OUTAGE_S)
        await until(place, lambda: place.number(MAILS) >= whole, most_s=QUIET_S + deliveries / 50)
        seconds = time.monotonic() - begun
        await until(place, lambda: place.number(OWED) == 0, most_s=QUIET_S)
        await until(place, lambda: receipts_newer(place, begun + seconds), most_s=QUIET_S)
        return await held(place, deliveries, seconds)


def receipts_newer(place: Site, moment: float) -> bool:
    """True when every mailbox was held against the provider's list after this moment of the monotonic clock."""
    at = (time.time() - (time.monotonic() - moment)) * 1000
    return place.number(f"SELECT count(*) FROM coverage WHERE at < {at:.0f}") == 0  # noqa: S608 - our own number


async def storm(place: Site, deliveries: int, per_s: float, outage_s: float) -> None:
    """So many deliveries with faulty notices, two outages and a kill as they pass their marks; returns with the last one."""
    await place.order("faults", seed=1, notices=NOTICES)
    await place.order("rain", deliveries=deliveries, per_s=per_s)
    marks: list[tuple[float, Callable[[], Any]]] = [
        (0.25, lambda: place.order("faults", down_s=outage_s)),
        (0.50, place.kill),
        (0.75, lambda: place.order("faults", down_s=outage_s)),
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


async def held(place: Site, deliveries: int, seconds: float) -> Flood:
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


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How long mails took at a steady pace."""

    deliveries: int
    per_s: float
    latency_ms: float
    """Of every answer of the provider."""
    legs: tuple[Leg, ...]
    """In seconds. Goal for notified → asked: p50 0.3, p95 1."""


async def pace(folder: Path, *, deliveries: int, per_s: float, people: int) -> Pace:
    """A steady pace without faults, the provider answering late."""
    options = ("--company", "--people", str(people), "--days", "3", "--latency-ms", str(LATENCY_MS))
    async with site(folder, *options) as place:
        await begin(place)
        since, judged = datetime.now(UTC), place.number(MAILS)
        await place.order("rain", deliveries=deliveries, per_s=per_s, attacks=0.05)
        await place.fallen(deliveries)
        await until(place, lambda: place.number(MAILS) >= judged + deliveries, most_s=QUIET_S)
        await until(place, lambda: place.number("SELECT count(*) FROM due WHERE lane = 'act'") == 0, most_s=QUIET_S)
    with open_home(place.home) as store:
        legs = store.latency.quantiles(TENANT, since)
    return Pace(deliveries=deliveries, per_s=per_s, latency_ms=LATENCY_MS, legs=legs)


class Clawback(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign pulled out of every mailbox."""

    mailboxes: int
    pulled: int
    pull_s: float
    """Searching every mailbox, reading, judging and moving every copy. Goal for 10,000: 30."""
    brought_back: int
    undo_s: float
    """Mails that lie where they lay, read state and marks included."""
    killed_after_s: float
    resumed: int
    """Copies out of sight after the claw-back was killed in the middle and asked for again. Goal: every one."""
    moved_too_often: int
    """Copies that were moved more than the three times that were asked for. Goal: 0."""


async def clawback(folder: Path, *, mailboxes: int) -> Clawback:
    """One mail in every mailbox, of which one copy was judged: pulled, brought back, pulled again and killed in the middle."""
    async with site(folder, "--people", str(mailboxes)) as place:
        raw, people = attack(), place.told["people"]
        scanned = place.run("scan", TENANT)
        await place.order("deliver", addresses=people[:1], raw=base64.b64encode(raw).decode())
        watched = place.run("watch", TENANT, "--once")
        campaign = str(place.ask("SELECT id FROM campaign")[0][0]) if watched.returncode == 1 else ""
        if not campaign:
            raise OperatorError(
                f"bench: the attack was not found (scan {scanned.returncode}); see {folder / 'mailkeep.log'}."
            )
        for start in range(1, mailboxes, 1000):
            some = people[start : start + 1000]
            await place.order("deliver", addresses=some, raw=base64.b64encode(raw).decode())
        pull_s, pulled = await _timed(place, "clawback", campaign)
        out = await _lying(place, QUARANTINE_FOLDER)
        undo_s, _ = await _timed(place, "undo", campaign)
        back = await _lying(place, "Inbox")
        killed_after_s = pull_s / 2
        process = place.start("clawback", campaign)
        await asyncio.sleep(killed_after_s)
        process.kill()
        process.wait()
        say(
            f"killed after {killed_after_s:.1f} s, {await _lying(place, QUARANTINE_FOLDER)} of {mailboxes} copies out of sight"
        )
        await _timed(place, "clawback", campaign)
        moves = (await place.order("truth"))["moves"]
        say(f"{pulled}; {out} lay in quarantine; {back} came back")
        return Clawback(
            mailboxes=mailboxes,
            pulled=out,
            pull_s=round(pull_s, 1),
            brought_back=back,
            undo_s=round(undo_s, 1),
            killed_after_s=round(killed_after_s, 1),
            resumed=await _lying(place, QUARANTINE_FOLDER),
            moved_too_often=sum(number for times, number in moves.items() if int(times) > 3),
        )


async def _timed(place: Site, verb: str, campaign: str) -> tuple[float, str]:
    begun = time.monotonic()
    done = await asyncio.to_thread(place.run, verb, campaign, "--json")
    return time.monotonic() - begun, done.stdout.decode().strip()


async def _lying(place: Site, folder: str) -> int:
    """How many copies lie in folders of this name."""
    return int((await place.order("where", message_id="<pull-me@attacker.example>"))["folders"].get(folder, 0))


def attack() -> bytes:
    """A mail that no policy leaves where it is."""
    return (
        b"From: Mailbox Administrator <security@account-verify-8651.test>\r\nTo: you@northwind-harbour.example\r\n"
        b"Subject: Your mailbox password expires today\r\nMessage-ID: <pull-me@attacker.example>\r\n"
        b"Date: Mon, 02 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p>Your mailbox password expires today. To keep your account and avoid losing access, confirm your password "
        b'within 24 hours: <a href="https://webmail-update-5012.test/login">https://northwind-harbour.example/webmail</a>'
        b"</p><p>Failure to verify will suspend your account.</p>"
    )

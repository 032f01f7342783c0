"""`mailkeep bench --live …`: the whole product against a made-up Microsoft 365 tenant on the other core.

flood     so many deliveries; 5 % of the notices dropped, 5 % doubled, 5 % late, 5 % out of order; two outages of the
          provider and one kill -9 of ours. Shows that nothing stays unscanned and nothing is done twice.
pace      deliveries at a steady pace, the provider answering after 50 ms. Shows how long a mail takes, leg by leg.
clawback  one mail in every mailbox: pulled, brought back, pulled again and killed in the middle. Shows how long it takes
          and that the counts are exact.
"""

import asyncio
import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from mailkeep.cli.frame import say
from mailkeep.connect.grants import Tier
from mailkeep.kit.trouble import OperatorError

if TYPE_CHECKING:
    import aiohttp

TENANT = "bench"
NOTICES = {"drop": 0.05, "duplicate": 0.05, "delay": 0.05, "delay_s": 20.0, "reorder": 0.05}
OUTAGE_S = 15.0
TIERS = (Tier.OBSERVE, Tier.FLAG, Tier.REMEDIATE)
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


class Site:
    """A made-up tenant in a process of its own, and a home of Mailkeep beside it."""

    def __init__(self, folder: Path, told: dict[str, Any], session: "aiohttp.ClientSession") -> None:
        self.home = folder / "home"
        self.told = told
        self._session = session
        self._log: IO[bytes] = (folder / "mailkeep.log").open("ab")
        self.serving: subprocess.Popen[bytes] | None = None

    async def order(self, name: str, **what: object) -> dict[str, Any]:
        """What the tenant answers to an order; while it plays an outage it is asked again."""
        import aiohttp

        limit = time.monotonic() + 2 * OUTAGE_S
        while True:
            try:
                return await self._order(name, what)
            except aiohttp.ClientConnectionError:
                if time.monotonic() > limit:
                    raise
                await asyncio.sleep(0.5)

    async def _order(self, name: str, what: dict[str, object]) -> dict[str, Any]:
        async with self._session.post(f"{self.told['url']}/_sim/{name}", data=json.dumps(what)) as reply:
            answer: dict[str, Any] = await reply.json(content_type=None)
            if reply.status != 200:
                raise OperatorError(f"the made-up tenant refuses {name}: {answer}")
            return answer

    async def fallen(self, deliveries: float) -> int:
        """How many mails were delivered, once it is so many."""
        while True:
            done = int((await self.order("rain"))["delivered"])
            if done >= deliveries:
                return done
            await asyncio.sleep(0.5)

    def connect(self) -> None:
        """Writes the home's configuration."""
        from mailkeep.cli.connect import write_serve, write_tenant
        from mailkeep.cli.venues import free_port
        from mailkeep.settings import AppSettings, ServeSettings, TenantSettings

        secrets = self.home / "secrets"
        secrets.mkdir(parents=True, mode=0o700)
        apps: dict[Tier, AppSettings] = {}
        for tier in TIERS:
            credential = self.told["apps"][tier.value]
            file = secrets / tier.value
            file.write_text(credential["secret"])
            apps[tier] = AppSettings(client_id=credential["client_id"], secret_file=file)
        url, port = self.told["url"], free_port()
        tenant = TenantSettings(
            kind="m365",
            tenant_id=self.told["tenant_id"],
            apps=apps,
            api_url=url,
            login_url=url,
            own_domains=(self.told["people"][0].partition("@")[2],),
            approve_above=1_000_000,
        )
        write_tenant(self.home, TENANT, tenant)
        write_serve(self.home, ServeSettings(port=port, public_url=f"http://127.0.0.1:{port}"))

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """One verb, to its end."""
        return subprocess.run(self._command(*words), check=False, stdout=subprocess.PIPE, stderr=self._log)  # noqa: S603

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """One verb, begun."""
        return subprocess.Popen(self._command(*words), stdout=self._log, stderr=self._log)  # noqa: S603 - our own interpreter

    def serve(self) -> None:
        """`mailkeep serve`, begun."""
        self.serving = self.start("serve")

    def kill(self) -> None:
        """Kill -9."""
        if self.serving is not None:
            self.serving.kill()
            self.serving.wait()

    def close(self) -> None:
        """Stops what was begun."""
        if self.serving is not None and self.serving.poll() is None:
            self.serving.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.serving.wait(timeout=20)
            self.serving.kill()
        self._log.close()

    def ask(self, query: str) -> list[Any]:
        """Rows of the store, read beside whoever writes it."""
        with contextlib.closing(sqlite3.connect(f"file:{self.home / 'mailkeep.db'}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()

    def number(self, query: str) -> int:
        """The one number that a query gives."""
        return int(self.ask(query)[0][0] or 0)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "mailkeep.cli", "--home", str(self.home), *words]


@asynccontextmanager
async def site(folder: Path, *options: str) -> AsyncIterator[Site]:
    """A made-up tenant with these options, and a home that is connected to it."""
    import aiohttp

    with tenant_process(folder, *options) as told:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=600)) as session:
            made = Site(folder, told, session)
            made.connect()
            try:
                yield made
            finally:
                made.close()


@contextmanager
def tenant_process(folder: Path, *options: str) -> Iterator[dict[str, Any]]:
    """The simulator as a process; gives what it says of itself."""
    command = [sys.executable, "-m", "mailkeep.simulator.graph", "--mailbox-requests", "1000000000", *options]
    with (folder / "tenant.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)  # noqa: S603 - our own interpreter
        try:
            line = process.stdout.readline() if process.stdout else b""
            if not line:
                raise OperatorError(f"the made-up tenant did not start: {(folder / 'tenant.log').read_text()[-800:]}")
            yield json.loads(line)
        finally:
            process.terminate()
            process.wait(timeout=20)


async def until(place: Site, done: Callable[[], bool], *, most_s: float, every_s: float = 0.5) -> bool:
    """Waits until it is so; False when it took too long. Raises: OperatorError when Mailkeep itself ended."""
    limit = time.monotonic() + most_s
    while not done():
        if place.serving is not None and place.serving.poll() is not None:
            raise OperatorError(f"bench: `mailkeep serve` ended; see {place.home.parent / 'mailkeep.log'}.")
        if time.monotonic() > limit:
            return False
        await asyncio.sleep(every_s)
    return True


async def begin(place: Site) -> None:
    """Learns the past and has every mailbox subscribed. Raises: OperatorError when that does not come about."""
    scanned = place.run("scan", TENANT)
    if scanned.returncode not in {0, 1}:
        raise OperatorError(
            f"bench: the scan ended with {scanned.returncode}; see {place.home.parent / 'mailkeep.log'}."
        )
    place.serve()
    people = len(place.told["people"])
    if not await until(place, lambda: place.number("SELECT count(*) FROM subscription") >= people, most_s=600):
        raise OperatorError(f"bench: not every mailbox was subscribed; see {place.home.parent / 'mailkeep.log'}.")


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

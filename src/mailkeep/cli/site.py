"""A made-up Microsoft 365 tenant in a process of its own, and a home of Mailkeep that watches it: for benchmarks and proofs."""

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

from mailkeep.connect.grants import Tier
from mailkeep.kit.trouble import OperatorError

if TYPE_CHECKING:
    import aiohttp

    from mailkeep.settings import TenantSettings

TENANT = "bench"
TIERS = (Tier.OBSERVE, Tier.FLAG, Tier.REMEDIATE)
PATIENCE_S = 60.0
"""How long an order waits for a tenant that plays an outage."""


class Home:
    """A home of Mailkeep, and its verbs run over it as processes."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self._log: IO[bytes] = (folder / "mailkeep.log").open("ab")
        self.serving: subprocess.Popen[bytes] | None = None

    def connect(self, told: Mapping[str, dict[str, Any]]) -> None:
        """Writes the configuration. Takes: name of a tenant → what its simulator tells of it."""
        from mailkeep.cli.configuring import write_serve, write_tenant
        from mailkeep.cli.venues import free_port
        from mailkeep.settings import ServeSettings

        for name, each in told.items():
            write_tenant(self.home, name, tenant_of(each, self.home / "secrets" / name))
        port = free_port()
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

    def stop(self) -> None:
        """Stops what was begun, as a service manager does it."""
        if self.serving is not None and self.serving.poll() is None:
            self.serving.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.serving.wait(timeout=20)
            self.serving.kill()
        self.serving = None

    def close(self) -> None:
        """The same, for good."""
        self.stop()
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


class Site(Home):
    """A made-up tenant in a process of its own, and a home beside it that watches it."""

    def __init__(self, folder: Path, told: dict[str, Any], session: "aiohttp.ClientSession") -> None:
        super().__init__(folder)
        self.told = told
        self._session = session

    async def order(self, name: str, **what: object) -> dict[str, Any]:
        """What the tenant answers to an order; while it plays an outage it is asked again."""
        import aiohttp

        limit = time.monotonic() + PATIENCE_S
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


def tenant_of(told: dict[str, Any], secrets: Path) -> "TenantSettings":
    """The tenant that a made-up one tells of, by registrations whose secrets are written into this folder."""
    from mailkeep.settings import AppSettings, TenantSettings

    secrets.mkdir(parents=True, mode=0o700)
    apps: dict[Tier, AppSettings] = {}
    for tier in TIERS:
        credential = told["apps"][tier.value]
        file = secrets / tier.value
        file.write_text(credential["secret"])
        apps[tier] = AppSettings(client_id=credential["client_id"], secret_file=file)
    return TenantSettings(
        kind="m365",
        tenant_id=told["tenant_id"],
        apps=apps,
        api_url=told["url"],
        login_url=told["url"],
        own_domains=(told["people"][0].partition("@")[2],),
        approve_above=1_000_000,
    )


@asynccontextmanager
async def site(folder: Path, *options: str) -> AsyncIterator[Site]:
    """A made-up tenant with these options, and a home that is connected to it."""
    import aiohttp

    with tenant_process(folder, *options) as told:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=600)) as session:
            made = Site(folder, told, session)
            made.connect({TENANT: told})
            try:
                yield made
            finally:
                made.close()


@contextmanager
def tenant_process(folder: Path, *options: str) -> Iterator[dict[str, Any]]:
    """The simulator as a process; gives what it says of itself."""
    command = [sys.executable, "-m", "mailkeep.simulator.graph", "--mailbox-requests", "1000000000", *options]
    with (
        (folder / "tenant.log").open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log) as process,  # noqa: S603 - our own interpreter
    ):
        try:
            line = process.stdout.readline() if process.stdout else b""
            if not line:
                raise OperatorError(f"the made-up tenant did not start: {(folder / 'tenant.log').read_text()[-800:]}")
            yield json.loads(line)
        finally:
            process.terminate()
            process.wait(timeout=20)


async def until(place: Home, done: Callable[[], bool], *, most_s: float, every_s: float = 0.5) -> bool:
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

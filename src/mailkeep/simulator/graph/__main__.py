"""`python -m mailkeep.simulator.graph`: the simulator as a process of its own, for benchmarks and the demo.

It prints one line of JSON with its address and credentials, then serves until it is told to stop (SIGTERM, SIGINT), and takes
orders over `POST /_sim/deliver`, `/_sim/where`, `/_sim/counts`, `/_sim/faults`, `/_sim/rain`, `/_sim/truth`.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from random import Random
from secrets import token_urlsafe
from typing import Any

import msgspec

from mailkeep.connect.grants import Tier
from mailkeep.simulator.company import DOMAIN
from mailkeep.simulator.graph.apps import App
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator
from mailkeep.simulator.graph.staging import office_of
from mailkeep.simulator.graph.throttle import Limits
from mailkeep.simulator.tenant import HISTORY_DAYS, set_stage

TIERS = {
    Tier.OBSERVE: ("Mail.Read", "MailboxSettings.Read", "User.Read.All", "Domain.Read.All", "AuditLog.Read.All"),
    Tier.FLAG: ("Mail.ReadWrite",),
    Tier.REMEDIATE: ("Mail.ReadWrite",),
    Tier.CONTAIN: (
        "MailboxSettings.ReadWrite",
        "User.Read.All",
        "User.RevokeSessions.All",
        "User.EnableDisableAccount.All",
    ),
}
"""What each registration of the stand-alone tenant was granted."""


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """What the command line says. Raises: SystemExit with a usage line."""
    reads = argparse.ArgumentParser(
        prog="python -m mailkeep.simulator.graph", description="A made-up Microsoft 365 tenant."
    )
    reads.add_argument("--port", type=int, default=0, help="0: any free one")
    reads.add_argument("--people", type=int, default=25, help="how many mailboxes")
    reads.add_argument("--company", action="store_true", help="a made-up company with months of past mail")
    reads.add_argument("--days", type=int, default=HISTORY_DAYS, help="how long that past is")
    reads.add_argument("--seed", type=int, default=1, help="for the company")
    reads.add_argument("--latency-ms", type=float, default=0.0, help="delay of every answer")
    reads.add_argument("--byte-true", action="store_true", help="MIME as it was delivered, not rebuilt")
    reads.add_argument("--mailbox-requests", type=int, default=10_000, help="per app, mailbox and 10 minutes")
    reads.add_argument("--grant", action="append", default=[], help="a further permission for every registration")
    return reads.parse_args(given)


def office_for(said: argparse.Namespace) -> Office:
    """The tenant that was asked for."""
    if said.company:
        rng = Random(said.seed)  # noqa: S311 - a play, no secret
        stage = set_stage(rng, Office().now().date(), size=said.people, days=said.days)
        return office_of(stage.company, stage.history, byte_true=said.byte_true)
    office = Office(byte_true=said.byte_true)
    for number in range(said.people):
        office.add_person(f"person{number}@{DOMAIN}", f"Person {number}")
    return office


def registered(office: Office, further: Sequence[str] = ()) -> dict[Tier, App]:
    """One app a tier, each with a client secret."""
    return {
        tier: office.register(f"Mailkeep {tier}", {*permissions, *further}, secret=token_urlsafe(24))
        for tier, permissions in TIERS.items()
    }


def introduction(sim: GraphSimulator, apps: dict[Tier, App]) -> dict[str, Any]:
    """The line that is printed: all that a client needs."""
    return {
        "url": sim.url,
        "tenant_id": sim.office.tenant_id,
        "apps": {tier: {"client_id": app.client_id, "secret": app.secrets[0].value} for tier, app in apps.items()},
        "people": [person.address for person in sim.office.people.values()],
    }


async def serve(said: argparse.Namespace) -> None:
    """Serves until a signal comes."""
    office = office_for(said)
    apps = registered(office, said.grant)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    limits = Limits(requests=said.mailbox_requests)
    async with GraphSimulator(office, limits=limits, latency_s=said.latency_ms / 1000, port=said.port) as sim:
        sys.stdout.write(msgspec.json.encode(introduction(sim, apps)).decode() + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(arguments(sys.argv[1:])))

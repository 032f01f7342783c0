"""The simulator as a process of its own: one JSON line with its address and credentials, then orders over POST /_sim/….

python -m mailkeep.simulator.google [--port N] [--people N | --days N] [--seed N] [--latency SECONDS] [--quota 2026|older]
"""

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

import msgspec

from mailkeep.simulator.google.faults import Faults
from mailkeep.simulator.google.quota import QUOTAS, Quota
from mailkeep.simulator.google.server import GoogleSimulator
from mailkeep.simulator.google.staging import SUBSCRIPTION, TOPIC, furnish, workspace_of
from mailkeep.simulator.google.workspace import Workspace
from mailkeep.simulator.tenant import set_stage


def main() -> None:
    """Serves until it is told to stop by a signal."""
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(_arguments().parse_args()))


async def serve(told: argparse.Namespace) -> None:
    """The same, as a coroutine."""
    workspace = peopled(told)
    quota = Quota(user_per_minute=1 << 60, project_per_minute=1 << 60) if told.quota == "none" else QUOTAS[told.quota]
    faults = Faults(workspace, told.seed)
    serving = GoogleSimulator(workspace, faults=faults, latency_s=told.latency, quota=quota, port=told.port)
    async with serving as simulator:
        sys.stdout.write(f"{msgspec.json.encode(introduced(simulator)).decode()}\n")
        sys.stdout.flush()
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()


def peopled(told: argparse.Namespace) -> Workspace:
    """The workspace that was asked for: a company with a past, or so many people without one."""
    if told.people:
        workspace = Workspace()
        for number in range(told.people):
            workspace.add_person(f"user{number:05d}@{workspace.domain}", f"User {number}", admin=not number)
        return workspace
    stage = set_stage(Random(told.seed), datetime.now(UTC).date(), days=told.days)  # noqa: S311 - a made-up company
    return workspace_of(stage.company, stage.history)


def introduced(simulator: GoogleSimulator) -> dict[str, object]:
    """All that a client needs to know."""
    workspace = simulator.workspace
    return {
        "url": simulator.url,
        "domain": workspace.domain,
        "admin": next(person.address for person in workspace.people.values() if person.admin),
        "credentials": furnish(workspace),
        "topic": f"projects/{workspace.pubsub.project}/topics/{TOPIC}",
        "subscription": f"projects/{workspace.pubsub.project}/subscriptions/{SUBSCRIPTION}",
    }


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m mailkeep.simulator.google", description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="TCP port on loopback; 0: any that is free")
    parser.add_argument("--people", type=int, default=0, help="so many people without a past, instead of the company")
    parser.add_argument("--days", type=int, default=30, help="days of the company's past mail")
    parser.add_argument("--seed", type=int, default=7, help="another seed, another company")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds added to every answer")
    parser.add_argument("--quota", choices=[*QUOTAS, "none"], default="2026", help="table of the Cloud project")
    return parser


if __name__ == "__main__":
    main()

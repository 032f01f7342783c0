"""`mailkeep watch [NAME]`: new mail → verdict → action."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from mailkeep.cli.app import DONE, NEEDS_A_PERSON, PROVIDER_REFUSED
from mailkeep.cli.frame import HomeOption, JsonOption, home_of, say

if TYPE_CHECKING:
    from mailkeep.flow.house import House
    from mailkeep.flow.notice import Notice
    from mailkeep.flow.summaries import WatchSummary

app = typer.Typer()


@app.command()
def watch(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Tenant; without one: every tenant")] = "",
    *,
    home: HomeOption = None,
    once: Annotated[bool, typer.Option("--once", help="Drain what is new, act on it, and exit")] = False,
    json: JsonOption = False,
) -> None:
    """Judges new mail as it arrives and carries out the policy, until it is stopped; SIGTERM ends it with exit 0.

    With --once: exit 1 when something was found or could not be read, 3 when a mailbox could not be read to its end.
    """
    from mailkeep.cli.progress import live
    from mailkeep.cli.stopping import until_stopped
    from mailkeep.flow.serving import Serving
    from mailkeep.wiring import open_house, the_tenant

    with open_house(home_of(ctx, home)) as house, live(house.store.report, as_json=json) as notice:
        names = [the_tenant(house, name)] if name else sorted(house.tenants)
        if not once:
            say(f"Watching {', '.join(names)}.")
            asyncio.run(until_stopped(Serving(house=house, notice=notice).watch_all(names)))
            return
        summaries = asyncio.run(drained(house, names, notice))
    for summary in summaries:
        show(summary)
    raise typer.Exit(max((exit_code(summary) for summary in summaries), default=DONE))


async def drained(house: "House", names: list[str], notice: "Notice") -> "list[WatchSummary]":
    """Every tenant read to its end, at the same time; the first trouble that needs a person ends all."""
    from mailkeep.flow.watch import watch as run

    return list(await asyncio.gather(*(run(house, name, once=True, notice=notice) for name in names)))


def exit_code(summary: "WatchSummary") -> int:
    """What the summary earns."""
    if summary.troubles:
        return PROVIDER_REFUSED
    found = summary.labels.get("malicious") or summary.labels.get("suspicious")
    return NEEDS_A_PERSON if found or summary.skipped else DONE


def show(summary: "WatchSummary") -> None:
    """The summary in sentences."""
    labels = ", ".join(f"{count} {label}" for label, count in sorted(summary.labels.items())) or "nothing new"
    acted = ", ".join(f"{count} {how}" for how, count in sorted(summary.acted.items())) or "none"
    say(f"{summary.tenant}: {summary.mails} new mails in {summary.seconds:.1f} s: {labels}; acts: {acted}")
    if summary.waiting:
        say(f"{summary.tenant}: {summary.waiting} acts still owed; `mailkeep doctor` says why.")
    for mailbox, _ in summary.troubles:
        say(f"{mailbox}: not read to its end; the same command goes on from there.")

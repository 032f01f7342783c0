"""`mailkeep scan [NAME]`: read the past."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from mailkeep.cli.app import DONE, NEEDS_A_PERSON, PROVIDER_REFUSED
from mailkeep.cli.frame import HomeOption, JsonOption, SinceOption, emit, home_of, moment, say

if TYPE_CHECKING:
    from mailkeep.flow.summaries import Dormant, ScanSummary

app = typer.Typer()


@app.command()
def scan(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Tenant; without one: every tenant")] = "",
    *,
    home: HomeOption = None,
    since: SinceOption = None,
    json: JsonOption = False,
    act: Annotated[
        bool, typer.Option("--act", help="Act on threats asleep in the archive; else they are reported")
    ] = False,
) -> None:
    """Learns who writes to whom and finds threats asleep in the archive. Stop and go on at will.

    Exit 1 when it found some or something could not be read, 3 when a mailbox could not be read to its end.
    """
    from mailkeep.cli.progress import bar
    from mailkeep.flow.scan import scan as run
    from mailkeep.wiring import open_house, the_tenant

    begin = moment(since)
    code = DONE
    with open_house(home_of(ctx, home)) as house:
        for tenant in [the_tenant(house, name)] if name else sorted(house.tenants):
            with bar(tenant) as notice:
                summary = asyncio.run(run(house, tenant, since=begin, notice=notice, act=act))
            if json:
                emit(msgspec.json.encode(summary))
            else:
                show(summary)
            code = max(code, exit_code(summary))
    raise typer.Exit(code)


def exit_code(summary: "ScanSummary") -> int:
    """What the summary earns."""
    if summary.troubles:
        return PROVIDER_REFUSED
    found = summary.labels.get("malicious") or summary.labels.get("suspicious")
    return NEEDS_A_PERSON if found or summary.skipped else DONE


def show_dormant(dormant: "Dormant") -> None:
    """The threats asleep in the archive, and how to take them out of sight."""
    say(f"{dormant.mails} threats asleep in the archive:")
    say(f"  {'kind':<22} {'mails':>7} {'mailboxes':>10} {'read':>7} {'unread':>7}  oldest")
    for each in dormant.attacks:
        lying = each.lying
        counts = f"{lying.mails:>7} {lying.mailboxes:>10} {lying.read:>7} {lying.unread:>7}"
        say(f"  {each.attack:<22} {counts}  {lying.oldest:%Y-%m-%d}")
    for spread in dormant.campaigns:
        reach = f"{spread.lying.mails} mails in {spread.lying.mailboxes} mailboxes"
        say(f"  {spread.subject[:60]!r}: {reach}; `{spread.pull}` pulls them")
    say("`mailkeep verdicts` lists them all; `mailkeep quarantine ID…` takes single ones out of sight.")


def show(summary: "ScanSummary") -> None:
    """The summary in sentences."""
    speed = summary.mails / summary.seconds if summary.seconds else 0
    before = f" ({summary.before} read before)" if summary.before else ""
    say(
        f"{summary.tenant}: {summary.mails} mails of {summary.mailboxes} mailboxes read{before} "
        f"in {summary.seconds:.1f} s ({speed:.0f}/s), {summary.looked_again} looked at again with everything learned"
    )
    say(
        f"{summary.tenant}: "
        + (", ".join(f"{count} {label}" for label, count in sorted(summary.labels.items())) or "no mail")
    )
    if summary.dormant.mails:
        show_dormant(summary.dormant)
    for what, why in dict.fromkeys(summary.skipped):
        say(f"{what}: {why}")
    for mailbox, _ in summary.troubles:
        say(f"{mailbox}: not read to its end; the same command goes on from there.")

"""`mailkeep campaigns | clawback CAMPAIGN | undo CAMPAIGN`: many mailboxes at once."""

import asyncio
import getpass
from collections import Counter
from typing import Annotated

import msgspec
import typer

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.cli.app import DONE, NEEDS_A_PERSON
from mailkeep.cli.frame import HomeOption, JsonOption, emit, home_of, say, tell

app = typer.Typer()

CampaignId = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="A campaign's id, or its first letters")]


@app.command()
def campaigns(ctx: typer.Context, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Lists campaigns, newest first."""
    from mailkeep.wiring import open_home

    with open_home(home_of(ctx, home)) as store:
        for campaign in store.campaigns():
            if json:
                emit(msgspec.json.encode(campaign))
            else:
                tell(
                    f"{campaign.id}  {campaign.first_seen:%Y-%m-%d}  {campaign.mails:>5} mails  {campaign.subject[:70]}"
                )


@app.command()
def clawback(ctx: typer.Context, campaign: CampaignId, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Pulls every copy of a campaign out of every mailbox."""
    from mailkeep.flow.hands import clawback as pull
    from mailkeep.wiring import open_house

    with open_house(home_of(ctx, home)) as house:
        receipts = asyncio.run(pull(house, campaign, by=getpass.getuser()))
    raise typer.Exit(tally(receipts, "clawback", as_json=json))


@app.command()
def undo(ctx: typer.Context, campaign: CampaignId, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Brings every mail of a campaign back to where it was."""
    from mailkeep.flow.hands import undo as bring_back
    from mailkeep.wiring import open_house

    with open_house(home_of(ctx, home)) as house:
        receipts = asyncio.run(bring_back(house, campaign, by=getpass.getuser()))
    raise typer.Exit(tally(receipts, "undo", as_json=json))


def tally(receipts: tuple[Receipt, ...], verb: str, *, as_json: bool) -> int:
    """Prints the exact count asked, done, already, gone and failed; gives the exit code."""
    counts = Counter(receipt.ended.value for receipt in receipts)
    if as_json:
        emit(
            msgspec.json.encode(
                {"verb": verb, "asked": len(receipts), **{e.value: counts.get(e.value, 0) for e in Ended}}
            )
        )
    else:
        parts = ", ".join(f"{counts[e.value]} {e.value}" for e in Ended if counts.get(e.value))
        typer.echo(f"{verb}: {len(receipts)} asked: {parts or 'nothing to do'}")
    for receipt in receipts:
        if receipt.ended is Ended.FAILED:
            say(receipt.why)
    return NEEDS_A_PERSON if counts.get(Ended.FAILED.value) else DONE

"""`mailkeep campaigns | clawback | approve | undo CAMPAIGN`: many mailboxes at once."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.cli.app import DONE, NEEDS_A_PERSON
from mailkeep.cli.frame import HomeOption, JsonOption, account, emit, home_of, say, tell
from mailkeep.cli.progress import bar
from mailkeep.kit.known import Unknown

if TYPE_CHECKING:
    from mailkeep.flow.clawback import Pulled

app = typer.Typer()

MOST_NAMED = 5
"""Mailboxes that a sentence names."""

CampaignId = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="A campaign's id, or its first letters")]


@app.command()
def campaigns(
    ctx: typer.Context,
    campaign: Annotated[str, typer.Argument(metavar="[CAMPAIGN]", help="Who had it, read it, answered it")] = "",
    *,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Lists campaigns, newest first; with CAMPAIGN the blast list: every copy, and what its owner and we did with it."""
    from mailkeep.wiring import open_home

    if campaign:
        blast(home_of(ctx, home), campaign, as_json=json)
        return
    with open_home(home_of(ctx, home)) as store:
        for each in store.campaigns():
            if json:
                emit(msgspec.json.encode(each))
            else:
                tell(f"{each.id}  {each.first_seen:%Y-%m-%d}  {each.mails:>5} mails  {each.subject[:70]}")


def blast(home: Path, campaign: str, *, as_json: bool) -> None:
    """Prints every copy of a campaign."""
    from mailkeep.flow.blast import blast_list
    from mailkeep.wiring import open_house

    with open_house(home) as house:
        copies = asyncio.run(blast_list(house, campaign))
    for copy in copies:
        if as_json:
            emit(msgspec.json.encode(copy))
            continue
        words = (
            ("read", copy.read),
            ("answered", copy.answered),
            ("forwarded", copy.forwarded),
            ("clicked", copy.clicked),
        )
        deeds = ", ".join(
            f"{word} {'unknown' if isinstance(yes, Unknown) else 'yes' if yes else 'no'}" for word, yes in words
        )
        tell(
            f"{copy.id}  {copy.mailbox:<32} {copy.delivered_at:%Y-%m-%d %H:%M}  {deeds}  {copy.done or 'nothing done'}"
        )
    if not as_json:
        say(f"{len(copies)} copies in {len({copy.mailbox for copy in copies})} mailboxes")


@app.command()
def clawback(ctx: typer.Context, campaign: CampaignId, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Pulls every copy of a campaign out of every mailbox, those that were never scanned included.

    Exit 1 when a deed failed, a mailbox could not be searched yet, or a second person must agree first; nothing is touched
    before they did. Killed in the middle, the same command goes on and counts the whole.
    """
    from mailkeep.flow.clawback import clawback as pull
    from mailkeep.wiring import open_house

    with open_house(home_of(ctx, home)) as house, bar(campaign) as notice:
        pulled = asyncio.run(pull(house, campaign, by=account(), notice=notice))
    raise typer.Exit(outcome(pulled, as_json=json))


@app.command()
def approve(ctx: typer.Context, campaign: CampaignId, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Agrees to a large claw-back that somebody else asked for, and carries it out.

    Who you are is the account of the operating system that runs this, whatever the environment says. That is as much as a
    command line can know: who may become another account (root, sudo), or may write the store's file, can agree with
    themselves. Both names stay in the store, and in the system's own log of who became whom.
    """
    from mailkeep.flow.clawback import approve as agree
    from mailkeep.wiring import open_house

    with open_house(home_of(ctx, home)) as house, bar(campaign) as notice:
        pulled = asyncio.run(agree(house, campaign, by=account(), notice=notice))
    raise typer.Exit(outcome(pulled, as_json=json))


@app.command()
def undo(ctx: typer.Context, campaign: CampaignId, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Brings every mail of a campaign back to where it was; a claw-back that is under way is called off."""
    from mailkeep.flow.clawback import undo as bring_back
    from mailkeep.wiring import open_house

    with open_house(home_of(ctx, home)) as house, bar(campaign) as notice:
        receipts = asyncio.run(bring_back(house, campaign, by=account(), notice=notice))
    raise typer.Exit(tally(receipts, "undo", as_json=json))


def outcome(pulled: "Pulled", *, as_json: bool) -> int:
    """Prints what a claw-back came to; gives the exit code."""
    waits = pulled.waits_for
    if waits is not None:
        says = (
            f"{pulled.campaign}: {waits.mails} mails are more than one person may pull. {waits.asked_by} asked at "
            f"{waits.asked_at:%Y-%m-%d %H:%M} UTC; anybody else runs `mailkeep approve {pulled.campaign}`. "
            "Nothing was touched."
        )
        if as_json:
            emit(msgspec.json.encode({"verb": "clawback", "asked": waits.mails, "waits_for": waits}))
        say(says)
        return NEEDS_A_PERSON
    code = tally(pulled.receipts, "clawback", as_json=as_json)
    if pulled.unsearched:
        some = ", ".join(pulled.unsearched[:MOST_NAMED]) + (" …" if len(pulled.unsearched) > MOST_NAMED else "")
        say(
            f"{len(pulled.unsearched)} mailboxes could not be searched yet ({some}); they stay owed, and the same command "
            "goes on with them."
        )
        return NEEDS_A_PERSON
    return code


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
    for why, times in Counter(receipt.why for receipt in receipts if receipt.ended is Ended.FAILED).items():
        say(why + (f" ({times} times)" if times > 1 else ""))
    return NEEDS_A_PERSON if counts.get(Ended.FAILED.value) else DONE

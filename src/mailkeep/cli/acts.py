"""`mailkeep quarantine | delete | flag | restore ID…`: deeds by hand."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.cli.app import DONE, NEEDS_A_PERSON
from mailkeep.cli.frame import HomeOption, JsonOption, account, emit, home_of, tell
from mailkeep.decide.nouns import Act

app = typer.Typer()

Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Verdict ids, or their first letters")]


@app.command()
def quarantine(ctx: typer.Context, ids: Ids, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Takes mails out of sight, into a hidden folder."""
    perform(home_of(ctx, home), ids, Act.QUARANTINE, as_json=json)


@app.command()
def delete(ctx: typer.Context, ids: Ids, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Moves mails to the trash."""
    perform(home_of(ctx, home), ids, Act.DELETE, as_json=json)


@app.command()
def flag(ctx: typer.Context, ids: Ids, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Marks mails where they lie."""
    perform(home_of(ctx, home), ids, Act.FLAG, as_json=json)


@app.command()
def restore(ctx: typer.Context, ids: Ids, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Brings mails back to the exact folder and flags they had."""
    perform(home_of(ctx, home), ids, Act.RESTORE, as_json=json)


def perform(home: Path, ids: list[str], act: Act, *, as_json: bool) -> None:
    """Does one act on some mails and prints the receipts; exit 1 when any failed."""
    from mailkeep.flow.hands import by_hand
    from mailkeep.wiring import open_house

    with open_house(home) as house:
        receipts = asyncio.run(by_hand(house, ids, act, by=account()))
    raise typer.Exit(show(receipts, act, as_json=as_json))


def show(receipts: tuple[Receipt, ...], act: Act, *, as_json: bool) -> int:
    """Prints receipts; gives the exit code they earn."""
    import msgspec

    for receipt in receipts:
        if as_json:
            emit(msgspec.json.encode(receipt))
        else:
            tell(f"{act.value}: {receipt.ended.value}" + (f" ({receipt.why})" if receipt.why else ""))
    return NEEDS_A_PERSON if any(receipt.ended is Ended.FAILED for receipt in receipts) else DONE

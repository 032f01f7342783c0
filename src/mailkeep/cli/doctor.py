"""`mailkeep doctor`: is everything that was promised working?"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from mailkeep.cli.app import DONE, NEEDS_A_PERSON
from mailkeep.cli.frame import HomeOption, JsonOption, emit, home_of, say, tell

if TYPE_CHECKING:
    from mailkeep.flow.house import House
    from mailkeep.health.check import Check

app = typer.Typer()

MARKS = {"fine": ("ok  ", "green"), "warn": ("look", "yellow"), "fail": ("FAIL", "red")}


@app.command()
def doctor(
    ctx: typer.Context,
    *,
    home: HomeOption = None,
    json: JsonOption = False,
    prove: Annotated[
        bool,
        typer.Option("--prove", help="Hold every mailbox against its provider's list first, while nothing watches"),
    ] = False,
) -> None:
    """Checks the home, the work owed, and every tenant's grants, reach, coverage and latency; exit 1 when something fails."""
    from mailkeep.wiring import open_house

    where = home_of(ctx, home)
    with open_house(where) as house:
        if prove:
            asyncio.run(prove_all(house))
        found = asyncio.run(examine(house, where))
        dead = house.store.dead_letters() if json else []
    for check in found:
        if json:
            emit(msgspec.json.encode(check))
        else:
            show(check)
    for letter in dead:
        emit(msgspec.json.encode(letter))
    raise typer.Exit(NEEDS_A_PERSON if any(check.standing.value == "fail" for check in found) else DONE)


def show(check: "Check") -> None:
    """One finding: its mark, what it says, and the remedy below."""
    mark, colour = MARKS[check.standing.value]
    typer.secho(mark, fg=colour, nl=False)
    tell(f"  {check.name}: {check.says}" + (f"\n      {check.remedy}" if check.remedy else ""))


async def prove_all(house: "House") -> None:
    """Fresh receipts for every tenant. Raises: OperatorError while something watches one of them."""
    from mailkeep.flow.proving import prove

    for name in sorted(house.tenants):
        await prove(house, name, lambda note: say(note.says) if note.says else None)


async def examine(house: "House", home: Path) -> "list[Check]":
    """Every check, the home's own first."""
    from mailkeep.health.doctor import Patient, home_checks, tenant_checks
    from mailkeep.settings import read_settings
    from mailkeep.wiring import wish_of

    settings = read_settings(home).tenants
    patients = [
        Patient(name=name, kind=settings[name].kind, connect=tenant.connect, wish=wish_of(settings[name]))
        for name, tenant in house.tenants.items()
    ]
    now = house.clock()
    return [*home_checks(house.store, now), *[check async for check in tenant_checks(house.store, patients, now)]]

"""`mailkeep switch NAME TIER on|off`: a tier of permission switched off, or on again."""

from enum import StrEnum
from typing import Annotated

import typer

from mailkeep.cli.frame import HomeOption, account, home_of, tell
from mailkeep.connect.grants import Tier
from mailkeep.store.ledger import ACT_LANE

app = typer.Typer()


class Turn(StrEnum):
    """Which way."""

    ON = "on"
    OFF = "off"


@app.command()
def switch(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Tenant")],
    tier: Annotated[Tier, typer.Argument(help="flag, remediate or contain")],
    turn: Annotated[Turn, typer.Argument(help="on or off")],
    *,
    home: HomeOption = None,
    why: Annotated[str, typer.Option("--why", help="For those who find it switched off")] = "",
) -> None:
    """Switches a tier off: nothing of it is done by anybody, at once, and what is owed stays owed. Or on again.

    Bringing mail back needs the tier of what is undone. Reading (observe) is stopped by stopping `watch`.
    """
    from mailkeep.store.switches import SwitchedOff
    from mailkeep.wiring import open_house, the_tenant

    if tier is Tier.OBSERVE:
        raise typer.BadParameter(
            "observe is reading, which ends with `mailkeep watch`; there is no deed to switch off."
        )
    with open_house(home_of(ctx, home)) as house:
        tenant = the_tenant(house, name)
        if turn is Turn.OFF:
            off = SwitchedOff(tenant=tenant, tier=tier, by=account(), at=house.clock(), why=why)
            house.store.switches.off(off)
            tell(str(off))
            return
        was_off = house.store.switches.on(tenant, tier)
        house.store.clear_trouble(tenant, tier.value, ("switched-off",))
        house.store.due.unpark(tenant, house.clock())
        owed, _ = house.store.due.waiting(ACT_LANE, tenant)
    tell(
        f"{tenant}: {tier.value} is on{'' if was_off else ', as it was'}. {owed} deeds are owed; `mailkeep watch` does them."
    )

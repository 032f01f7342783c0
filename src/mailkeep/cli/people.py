"""`mailkeep people [ADDRESS]`: what is normal for a person; export it, or erase it."""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from mailkeep.cli.frame import HomeOption, JsonOption, emit, home_of, say, tell
from mailkeep.kit.trouble import OperatorError

if TYPE_CHECKING:
    from mailkeep.profile.memory import Memory

app = typer.Typer()


@app.command()
def people(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(help="A person's address; without one: everybody known")] = "",
    *,
    home: HomeOption = None,
    tenant: Annotated[str, typer.Option(help="Which tenant; needed when several are connected")] = "",
    json: JsonOption = False,
    erase: Annotated[
        bool, typer.Option("--erase", help="Forget the person: everything learned about this address")
    ] = False,
) -> None:
    """Shows the communication DNA. `--json` with an address is the export of that person."""
    from mailkeep.wiring import forget, memory_of, open_house, the_tenant

    with open_house(home_of(ctx, home)) as house:
        chosen = the_tenant(house, tenant)
        memory = memory_of(house, chosen)
        if not address:
            everybody(memory, as_json=json)
            return
        dna = memory.export(address.lower())
        if not any(learned for name, learned in dna.items() if name != "address"):
            raise OperatorError(f"people {address}: nothing was learned about this address.")
        if erase:
            touched = forget(house, chosen, address.lower())
            say(f"{address}: forgotten; {touched} entries were removed or struck.")
        elif json:
            emit(msgspec.json.encode(dna))
        else:
            show(address, dna)


def everybody(memory: "Memory", *, as_json: bool) -> None:
    """Lists the people of the inferred directory."""
    directory = memory.directory()
    if not as_json:
        typer.echo(f"own domains: {', '.join(sorted(directory.own_domains)) or 'none inferred yet'}")
    for person in directory.people:
        if as_json:
            emit(msgspec.json.encode(person))
        else:
            tell(f"{person.name or '-':<32} {', '.join(person.addresses)}")


def show(address: str, dna: dict[str, Any]) -> None:
    """One person's DNA as an indented page."""
    tell(address)
    tell(msgspec.json.format(msgspec.json.encode(dna), indent=2).decode())

"""`mailkeep serve`: watch every tenant, and hear what providers tell."""

import asyncio
from contextlib import ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mailkeep.cli.frame import HomeOption, JsonOption, home_of, say

if TYPE_CHECKING:
    from mailkeep.flow.house import House
    from mailkeep.flow.notice import Notice
    from mailkeep.settings import Settings

app = typer.Typer()


class Role(StrEnum):
    """What this process does."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


@app.command()
def serve(
    ctx: typer.Context,
    *,
    home: HomeOption = None,
    role: Annotated[
        Role, typer.Option(help="web hears notices, worker watches; on one machine, over one home")
    ] = Role.ALL,
    json: JsonOption = False,
) -> None:
    """Watches every tenant and listens for its provider's notices, until it is stopped; SIGTERM ends it with exit 0."""
    from mailkeep.cli.progress import live
    from mailkeep.cli.stopping import until_stopped
    from mailkeep.settings import read_settings
    from mailkeep.wiring import make_seals, open_house

    where = home_of(ctx, home)
    settings = read_settings(where)
    make_seals(settings)
    with open_house(where) as house, live(house.store.report, as_json=json) as notice:
        asyncio.run(until_stopped(run(house, settings, role, notice)))


async def run(house: "House", settings: "Settings", role: Role, notice: "Notice") -> None:
    """Does what the role says until it is cancelled. Raises: OperatorError."""
    from mailkeep.console.metrics import metrics_page
    from mailkeep.console.server import listening, serve_web
    from mailkeep.flow.serving import Serving
    from mailkeep.flow.worker import together
    from mailkeep.wiring import ears_of

    serving = Serving(house=house, notice=notice)
    tenants = sorted(house.tenants)
    with ExitStack() as open_doors:
        works = []
        if role is not Role.WORKER:
            place = settings.serve
            doors = open_doors.enter_context(listening(place))
            ears = ears_of(house, settings, serving.nudge)
            works.append(serve_web(ears, lambda: metrics_page(house.store, tenants, house.clock), doors))
            say(f"Listening on http://{place.host}:{place.port} for what providers tell.")
        if role is not Role.WEB:
            works.append(serving.watch_all(tenants))
        say(f"{'Watching' if role is not Role.WEB else 'Hearing for'} {', '.join(tenants)}.")
        await together(works)

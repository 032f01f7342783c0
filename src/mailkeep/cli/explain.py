"""`mailkeep explain ID`: why it was decided, on one page."""

from typing import Annotated

import typer

from mailkeep.cli.frame import HomeOption, JsonOption, emit, home_of
from mailkeep.kit.trouble import OperatorError

app = typer.Typer()


@app.command()
def explain(
    ctx: typer.Context,
    verdict: Annotated[str, typer.Argument(metavar="ID", help="A verdict's id, or its first letters")],
    *,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Shows what the mail is, why, what is normal for these people, what was done, and how to undo it."""
    from mailkeep.cli import pages
    from mailkeep.tell.document import line
    from mailkeep.wiring import open_home

    with open_home(home_of(ctx, home)) as store:
        report = store.report(verdict)
        if report is None:
            raise OperatorError(f"explain {verdict}: no verdict has this id. `mailkeep verdicts` lists them.")
        if json:
            emit(line(report))
        else:
            pages.console().print(pages.page(report))

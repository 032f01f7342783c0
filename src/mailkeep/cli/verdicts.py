"""`mailkeep verdicts`: what was decided."""

from typing import Annotated

import typer

from mailkeep.cli.frame import HomeOption, JsonOption, SinceOption, emit, home_of, moment, say
from mailkeep.decide.nouns import Label
from mailkeep.kit.trouble import OperatorError

app = typer.Typer()


@app.command()
def verdicts(
    ctx: typer.Context,
    *,
    home: HomeOption = None,
    json: JsonOption = False,
    since: SinceOption = None,
    label: Annotated[
        list[str] | None, typer.Option(help="malicious, suspicious, graymail or clean; repeat for more")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Clean mail too")] = False,
    limit: Annotated[int, typer.Option(help="At most so many, newest first; 0: all")] = 0,
) -> None:
    """Lists verdicts, newest first; without --all or --label only what is not clean."""
    from mailkeep.cli import pages
    from mailkeep.tell.document import line
    from mailkeep.wiring import open_home

    with open_home(home_of(ctx, home)) as store:
        shown = 0
        screen = pages.console()
        for report in store.reports(since=moment(since), labels=labels(label, every=every), limit=limit or None):
            shown += 1
            if json:
                emit(line(report))
            else:
                screen.print(pages.headline(report), "", report.id, sep=" ")
        if not shown:
            say("No verdicts yet. `mailkeep scan` reads the past, `mailkeep watch` what arrives.")


def labels(names: list[str] | None, *, every: bool) -> tuple[Label, ...] | None:
    """The labels to list; None for all. Raises: OperatorError for a word that is none."""
    if every:
        return None
    if not names:
        return (Label.MALICIOUS, Label.SUSPICIOUS, Label.GRAYMAIL)
    unknown = [name for name in names if name not in set(Label)]
    if unknown:
        raise OperatorError(f"--label {unknown[0]}: no such label. Labels: {', '.join(each.value for each in Label)}.")
    return tuple(Label(name) for name in names)

"""`mailkeep evaluate --phish F… --ham F…`: measured quality on labelled mail."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from mailkeep.cli.frame import JsonOption, emit, say
from mailkeep.kit.trouble import OperatorError

if TYPE_CHECKING:
    from mailkeep.lab.evaluate import Evaluation
    from mailkeep.lab.sample import Sample

MANY = ("--phish", "--ham")


class ManyValues(TyperCommand):
    """Lets `--phish A B C` stand for `--phish A --phish B --phish C`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]  # noqa: ANN401
        """Repeats the option before each of its values."""
        spread: list[str] = []
        option = ""
        for word in args:
            if word.startswith("--"):
                option = word if word in MANY else ""
                spread += [] if option else [word]
            else:
                spread += [option, word] if option else [word]
        return super().parse_args(ctx, spread)


app = typer.Typer()


@app.command(cls=ManyValues)
def evaluate(
    phish: Annotated[list[str], typer.Option(help="Attacks: .eml, mbox, folder, archive; several may follow")],
    ham: Annotated[
        list[str], typer.Option(help="Honest mail, the same forms; each is a source of its own in the tables")
    ],
    *,
    json: JsonOption = False,
    misses: Annotated[Path, typer.Option(help="Where every miss and false alarm is listed")] = Path(
        "evaluate-wrong.jsonl"
    ),
    workers: Annotated[int, typer.Option(help="Processes; 0: one a core")] = 0,
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Drop the recorded SPF, DKIM and DMARC results")] = False,
    as_is: Annotated[bool, typer.Option("--as-is", help="Do not neutralise what gives the collection away")] = False,
) -> None:
    """Recall at 0.1 % and 1 % false positives, with n and the 95 % interval, and a file of everything got wrong."""
    import msgspec

    from mailkeep.lab.evaluate import evaluate as measure
    from mailkeep.lab.evaluate import wrong
    from mailkeep.lab.sample import Task
    from mailkeep.wiring import shipped_bench

    task = Task(bench=shipped_bench(), keep_authentication=not no_auth, neutralise=not as_is)
    count = workers or os.cpu_count() or 1
    samples = judged(task, phish, count, attack=True) + judged(task, ham, count, attack=False)
    result = measure(samples)
    with misses.open("wb") as file:
        for sample in wrong(samples, result.at[-1].threshold):
            file.write(msgspec.json.encode(sample) + b"\n")
    if json:
        emit(msgspec.json.encode(result))
    else:
        show(result)
        say(f"Every miss and false alarm at {result.at[-1].allowed:.0%} is in {misses}.")


def judged(task: Any, paths: list[str], workers: int, *, attack: bool) -> "list[Sample]":  # noqa: ANN401
    """Every usable mail in the paths, judged. Raises: OperatorError when there is none."""
    from mailkeep.connect.files import Unusable
    from mailkeep.lab.sample import judge_paths

    found: list[Sample] = []
    for item in judge_paths(task, paths, attack=attack, workers=workers):
        if isinstance(item, Unusable):
            say(item.why)
        else:
            found.append(item)
    if not found:
        raise OperatorError(f"evaluate: no mail was found in {', '.join(paths)}. Both --phish and --ham need some.")
    return found


def show(result: "Evaluation") -> None:
    """The result as a page."""
    typer.echo(
        f"{result.attacks} attacks in {result.campaigns} campaigns, {result.honest} honest mails; Brier {result.brier:.4f}\n"
    )
    for title, rows in (("all honest mail", result.at), ("modern honest mail alone", result.at_modern)):
        for each in rows:
            typer.echo(f"recall at {each.allowed:.1%} of {title}: {each.recall}  [score >= {each.threshold:.4f}]")
    typer.echo(f"as labelled: recall {result.as_labelled.recall}, honest mail touched {result.as_labelled.alarms}")
    for title, table in result.tables.items():
        typer.echo(f"\n{title:<40} {'n':>6}  at 0.1 %                         at 1 %")
        for row in table[:20]:
            cells = "  ".join(f"{r.share:7.2%} ({r.low:.2%}-{r.high:.2%})".ljust(30) for r in row.rates)
            typer.echo(f"  {row.name[:38]:<38} {row.n:>6}  {cells}")

"""`mailkeep lab …`: train the language model, fit the weights, replay an organisation under attack."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mailkeep.cli.evaluate import ManyValues, judged
from mailkeep.cli.frame import JsonOption, emit, say

app = typer.Typer(help="Train the language model, fit the weights, replay an organisation under attack.")


@app.command()
def train(
    *,
    corpus: Annotated[Path | None, typer.Option(help="Folder of freely licensed mail to add to the generated")] = None,
    out: Annotated[Path, typer.Option(help="Where the model goes")] = Path("model.npz"),
    seed: Annotated[int, typer.Option(help="The same seed and corpus give the same model")] = 7,
) -> None:
    """Trains the language model on generated lures and honest mail, and on what the corpus adds."""
    from mailkeep.lab.train import train as run

    run(corpus, out, seed=seed)
    say(f"The model is in {out}.")


@app.command(cls=ManyValues)
def calibrate(
    phish: Annotated[list[str], typer.Option(help="Attacks: .eml, mbox, folder, archive; several may follow")],
    ham: Annotated[list[str], typer.Option(help="Honest mail, the same forms")],
    *,
    replayed: Annotated[
        Path | None, typer.Option(help="The --work folder of a replay: mail in which behaviour speaks")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the table goes; default: standard output")] = None,
    workers: Annotated[int, typer.Option(help="Processes; 0: one a core")] = 0,
) -> None:
    """Fits the weight table to labelled mail, and says by cross-validation over campaigns what that is worth."""
    from mailkeep.detect.weights import SHIPPED
    from mailkeep.lab.calibrate import fit, table
    from mailkeep.lab.crossing import crossed
    from mailkeep.lab.sample import Task
    from mailkeep.wiring import shipped_bench

    task = Task(bench=shipped_bench())
    count = workers or os.cpu_count() or 1
    samples = judged(task, phish, count, attack=True) + judged(task, ham, count, attack=False)
    if replayed is not None:
        from mailkeep.cli.replaying import samples_in

        samples += samples_in(replayed)
    for line in crossed(samples, SHIPPED):
        say(line)
    text = table(fit(samples, SHIPPED), SHIPPED, dated=f"{datetime.now(UTC):%Y-%m-%d}")
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
        say(f"The table is in {out}.")


@app.command()
def replay(
    organisation: Annotated[Path, typer.Argument(help="A Maildir tenant: honest mail of one organisation")],
    *,
    attacks: Annotated[int, typer.Option(help="Attacks seeded into its later mail")] = 300,
    split: Annotated[float, typer.Option(help="Share of the mail that is the past")] = 0.7,
    addresses: Annotated[Path | None, typer.Option(help="Tab-separated: mailbox, its address; one header line")] = None,
    work: Annotated[Path | None, typer.Option(help="Folder to work in and keep; default: one that goes again")] = None,
    seed: Annotated[int, typer.Option(help="The same seed plays the same attacks")] = 7,
    json: JsonOption = False,
) -> None:
    """Learns an organisation's past, then watches its later mail with attacks in it: recall and false actions, with n."""
    import msgspec

    from mailkeep.cli.demo import place
    from mailkeep.cli.replaying import Replay, read_addresses
    from mailkeep.cli.replaying import replay as run

    with place(work) as folder:
        replayed = Replay(organisation, folder, read_addresses(addresses), say)
        result = run(replayed, attacks=attacks, split=split, seed=seed)
    if json:
        emit(msgspec.json.encode(result))
        return
    typer.echo(f"scan {result.scan_mails_per_s:.0f} mails/s, watch {result.watch_mails_per_s:.0f} mails/s")
    for line in result.outcome.lines():
        typer.echo(line)

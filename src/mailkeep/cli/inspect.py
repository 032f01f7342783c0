"""`mailkeep inspect PATH…`: judge mail files without a tenant."""

import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailkeep.cli.app import DONE, NEEDS_A_PERSON, OPERATOR_ERRED
from mailkeep.cli.frame import HomeOption, JsonOption, emit, home_of, say
from mailkeep.connect.files import FileMail, Unusable, read_paths
from mailkeep.decide.nouns import Label

if TYPE_CHECKING:
    from mailkeep.flow.judging import Judge
    from mailkeep.tell.report import Report

app = typer.Typer()


@app.command()
def inspect(
    ctx: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(help=".eml, .mbox[.gz], Maildir, folder, archive, or - for standard input")
    ],
    *,
    json: JsonOption = False,
    home: HomeOption = None,
    tenant: Annotated[str, typer.Option(help="Whose learned past to judge by, with --home")] = "",
    authserv: Annotated[
        str,
        typer.Option(help="authserv-id of the host whose Authentication-Results are believed; default: the topmost"),
    ] = "",
    why: Annotated[bool, typer.Option("--why", help="The whole page for every mail")] = False,
) -> None:
    """Judges mails in files; exit 2 when a path could not be used, else 1 when one is malicious or suspicious."""
    from mailkeep.wiring import judge_alone, judge_of

    learned = judge_of(home_of(ctx, home), tenant, authserv) if home or tenant else nullcontext(judge_alone(authserv))
    code = DONE
    with learned as judge:
        for item in judged(judge, paths):
            if isinstance(item, Unusable):
                say(item.why)
                code = code if item.no_mail and item.path not in paths else OPERATOR_ERRED
                continue
            if item.verdict.label in {Label.MALICIOUS, Label.SUSPICIOUS} and code == DONE:
                code = NEEDS_A_PERSON
            show(item, as_json=json, whole=why or (len(paths) == 1 and Path(paths[0]).is_file()))
    raise typer.Exit(code)


def judged(judge: "Judge", paths: list[str]) -> "Iterator[Report | Unusable]":
    """A report for each mail, a sentence for each path that gave none."""
    for item in read_paths(paths):
        if isinstance(item, FileMail):
            if item.doubt:
                say(item.doubt)
            yield report_on(judge, item)
        else:
            yield item


def report_on(judge: "Judge", mail: FileMail) -> "Report":
    """One mail judged, with the time it took."""
    from mailkeep.kit.known import or_else
    from mailkeep.tell.report import Report

    started = time.perf_counter()
    scene, judgement = judge(mail.raw)
    elapsed_ms = (time.perf_counter() - started) * 1000
    message = scene.message
    now = datetime.now(UTC)
    return Report(
        id=message.digest[:16],
        tenant="",
        mailbox="",
        path=mail.path,
        message_id=message.message_id,
        subject=message.subject,
        sender=message.author.address or message.author.name,
        recipients=tuple(a.address for a in message.recipients if a.address),
        received_at=or_else(message.date, now),
        judged_at=now,
        elapsed_ms=elapsed_ms,
        verdict=judgement.verdict,
    )


def show(report: "Report", *, as_json: bool, whole: bool) -> None:
    """One report in the form that was asked for."""
    if as_json:
        from mailkeep.tell.document import line

        emit(line(report))
        return
    from mailkeep.cli import pages

    pages.console().print(pages.page(report) if whole else pages.summary(report))

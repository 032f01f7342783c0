"""What the verbs share: their common options, the home they work in, and how they print."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from mailkeep.kit.trouble import OperatorError

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", readable=False, help="Place of config and data (or MAILKEEP_HOME); default ~/.mailkeep"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line")]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="Only mail since: 180d, 36h, or a date such as 2026-01-31")
]


def home_of(ctx: typer.Context, given: Path | None) -> Path:
    """The home this run works in: the verb's --home, else the one before the verb, else the environment's."""
    from mailkeep.settings import home_dir

    outer = ctx.find_root().obj
    return home_dir(given or (outer if isinstance(outer, Path) else None))


def moment(since: str | None) -> datetime | None:
    """The UTC moment that `--since` names. Raises: OperatorError with the forms that are understood."""
    if since is None:
        return None
    units = {"d": "days", "h": "hours", "m": "minutes", "w": "weeks"}
    if since[:-1].isdigit() and since[-1] in units:
        return datetime.now(UTC) - timedelta(**{units[since[-1]]: int(since[:-1])})
    try:
        at = datetime.fromisoformat(since)
    except ValueError as error:
        raise OperatorError(
            f"--since {since}: not understood. Give 180d, 36h, 2w, or a date such as 2026-01-31."
        ) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def say(text: str) -> None:
    """A line for a person, on standard error: standard output belongs to the result."""
    typer.echo(text, err=True)


def emit(line: bytes) -> None:
    """One line of JSON on standard output."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()

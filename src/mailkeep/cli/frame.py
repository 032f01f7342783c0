"""What the verbs share: their common options, the home they work in, and how they print."""

import os
import pwd
import re
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

COMMANDS: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"},
    **dict.fromkeys((0x7F, *range(0x80, 0xA0), 0x2028, 0x2029), "\N{REPLACEMENT CHARACTER}"),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\N{REPLACEMENT CHARACTER}"),
}
"""Characters that move the cursor, colour, name windows or reverse the writing → what is shown for them."""
C1_BYTES = re.compile(rb"\xc2[\x80-\x9f]|\x7f")
"""The control characters that JSON may hold as they are, in UTF-8."""


def home_of(ctx: typer.Context, given: Path | None) -> Path:
    """The home this run works in: the verb's --home, else the one before the verb, else the environment's."""
    from mailkeep.settings import home_dir

    outer = ctx.find_root().obj
    return home_dir(given or (outer if isinstance(outer, Path) else None))


def account() -> str:
    """Who runs this: the operating system's account, which no environment variable can change."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


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


def visible(text: str) -> str:
    """The text with a sign in place of every character that would command a terminal or turn its letters around."""
    return text.translate(COMMANDS)


def say(text: str) -> None:
    """A line for a person, on standard error: standard output belongs to the result."""
    typer.echo(visible(text), err=True)


def tell(text: str) -> None:
    """A line of the result, for a person."""
    typer.echo(visible(text))


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"\\u00%02x" % found.group()[-1]


def emit(line: bytes) -> None:
    """One line of JSON on standard output, without a byte that would command a terminal."""
    sys.stdout.buffer.write(C1_BYTES.sub(_escaped, line) + b"\n")
    sys.stdout.buffer.flush()

"""The verbs, where each lives, and how trouble becomes a sentence and an exit code."""

import errno
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from mailkeep import __version__
from mailkeep.cli.frame import say
from mailkeep.connect.port import ProviderTrouble
from mailkeep.kit.trouble import OperatorError

DISK = {
    errno.ENOSPC: "The disk is full: free some space",
    errno.EDQUOT: "The disk quota is used up: free some space",
    errno.EFBIG: "Files may not grow further here: raise the limit (ulimit -f), or free some space",
    errno.EACCES: "Give this user permission there, or name another place",
    errno.EPERM: "Give this user permission there, or name another place",
    errno.EROFS: "It is mounted read-only: name another place",
    errno.ENOENT: "Check the spelling of the path",
    errno.ENOTDIR: "A file stands where a folder is needed: name another place",
    errno.EEXIST: "A file stands where a folder is needed: name another place",
    errno.EISDIR: "A folder stands where a file is needed: name another place",
    errno.ENAMETOOLONG: "Give a shorter name",
    errno.EIO: "The disk does not answer as it should: check it",
}
"""What the system says of a file, and what the operator should do about it."""

DONE, NEEDS_A_PERSON, OPERATOR_ERRED, PROVIDER_REFUSED, INTERRUPTED = 0, 1, 2, 3, 130

VERBS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "A made-up company: learned, attacked and defended before your eyes"),
    "connect": ("connect", "Add a tenant: Microsoft 365, Google Workspace, IMAP, Maildir or mbox"),
    "scan": ("scan", "Read the past: learn who writes to whom, find threats asleep in the archive"),
    "watch": ("watch", "Judge every new mail and act on it, as it arrives"),
    "serve": ("serve", "Watch every tenant, and hear what providers tell"),
    "inspect": ("inspect", "Judge mail files without a tenant"),
    "verdicts": ("verdicts", "What was decided"),
    "explain": ("explain", "Why it was decided: one page a person enjoys reading"),
    "quarantine": ("acts", "Take mails out of sight"),
    "delete": ("acts", "Move mails to the trash"),
    "flag": ("acts", "Mark mails where they lie"),
    "restore": ("acts", "Bring mails back to the exact former state"),
    "clawback": ("campaigns", "Pull a campaign out of every mailbox"),
    "approve": ("campaigns", "Agree, as a second person, to a large claw-back"),
    "undo": ("campaigns", "Bring a whole campaign back"),
    "campaigns": ("campaigns", "Attack mails grouped by template; one of them: who had it, read it, answered it"),
    "switch": ("switch", "Switch a tier of permission off or on"),
    "people": ("people", "What is normal for a person: show, export, erase"),
    "doctor": ("doctor", "Health: permissions, feeds, backlog, coverage"),
    "evaluate": ("evaluate", "Measured quality on labelled mail"),
    "bench": ("bench", "Speed and memory, as ratios to plain parsing"),
    "lab": ("lab", "Train, calibrate and replay"),
}
"""Verb → (module in this package, one line of help)."""


class Verbs(TyperGroup):
    """A group whose commands are imported when asked for, so that no verb pays for another's libraries."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002 - typer's signature
        """Every verb, in the order a newcomer needs them."""
        return list(VERBS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # noqa: ANN401, ARG002
        """The verb's command, from its module's `app`."""
        if cmd_name not in VERBS:
            return None
        command: Any = typer.main.get_command(import_module(f"mailkeep.cli.{VERBS[cmd_name][0]}").app)
        command = getattr(command, "commands", {}).get(cmd_name, command)
        command.name = cmd_name
        return command

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]  # noqa: ANN401, ARG002
        """The list of verbs, without importing any."""
        formatter.write_usage("mailkeep", "[--home DIR] [--version] VERB …")
        formatter.write_paragraph()
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, line) for verb, (_, line) in VERBS.items()])
        formatter.write_text("mailkeep VERB --help tells more of each.")

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # noqa: ANN401 - typer's signature
        """Runs the verb; foreseeable trouble becomes sentences and an exit code, never a traceback."""
        try:
            return super().invoke(ctx)
        except OperatorError as error:
            say(str(error))
            raise typer.Exit(OPERATOR_ERRED) from error
        except ProviderTrouble as error:
            say(str(error))
            raise typer.Exit(PROVIDER_REFUSED) from error
        except BrokenPipeError as error:
            # whoever read our output has seen enough (`mailkeep … | head`); what is still buffered goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(DONE) from error
        except OSError as error:
            say(disk_sentence(error))
            raise typer.Exit(OPERATOR_ERRED) from error
        except KeyboardInterrupt as error:
            say("Stopped. Everything finished so far is kept; the same command goes on from there.")
            raise typer.Exit(INTERRUPTED) from error


def disk_sentence(error: OSError) -> str:
    """What a file refused, with the remedy. Raises: the error itself when it is none that an operator can mend."""
    if error.errno not in DISK:
        raise error
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror}. {DISK[error.errno]}, and run the same command again."


app = typer.Typer(cls=Verbs, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    home: Path | None = typer.Option(
        None, "--home", readable=False, help="Place of config and data (or MAILKEEP_HOME); default ~/.mailkeep"
    ),
    version: bool = typer.Option(False, "--version", help="Print the version and exit"),
) -> None:
    """Mailkeep: email security that works from inside the mailbox."""
    ctx.obj = home
    if version:
        typer.echo(f"mailkeep {__version__}")
    elif ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())

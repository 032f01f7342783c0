"""What goes wrong with a store, in sentences with the remedy."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mailkeep.kit.trouble import OperatorError


class StoreError(OperatorError):
    """The store cannot be opened, read or written. Nothing half-written stays: every write is one transaction."""


class NoSuchId(OperatorError):
    """No verdict or campaign has this id, or several ids begin like it."""


_REMEDIES = (
    (
        ("disk is full", "disk i/o error"),
        (
            "the disk is full or may not grow further. Free some space and run the same command again: "
            "everything finished so far is kept, and it goes on from there."
        ),
    ),
    (
        ("readonly", "read-only"),
        ("it may not be written to. Give this user write permission on the file and its folder."),
    ),
    (
        ("malformed", "not a database", "file is encrypted"),
        (
            "it is damaged or no Mailkeep database. Put back a backup, or move the file away and run "
            "`mailkeep scan` to learn anew."
        ),
    ),
    (
        ("unable to open",),
        ("it cannot be opened. See that the folder exists and belongs to this user."),
    ),
    (
        ("locked", "busy"),
        ("another Mailkeep has held it for too long. Wait for that to end, or stop it, and try again."),
    ),
)
"""What SQLite says, and what a person should do about it."""


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turns a database's refusal into a StoreError that names the file and the remedy; our own mistakes fly on."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeout) as error:
        said = str(getattr(error, "orig", error)).lower()
        for signs, remedy in _REMEDIES:
            if any(sign in said for sign in signs):
                raise StoreError(f"{path}: {remedy} ({said})") from error
        raise

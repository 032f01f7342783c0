"""Trouble of the disk in the port's words."""

import asyncio
import errno
from collections.abc import Callable
from typing import TypeVar

from mailkeep.connect.port import ProviderTrouble, Refused, Unreachable

T = TypeVar("T")

FULL = (errno.ENOSPC, errno.EDQUOT)
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)


def disk_trouble(error: OSError, asked: str) -> ProviderTrouble:
    """What to raise for this error. Takes: what was asked and of whom, "moving the mail x of y"."""
    said = error.strerror or str(error)
    if error.errno in FULL:
        return Unreachable(
            f"{asked}: the disk is full ({said}). Nothing was changed; free some space, it is tried again."
        )
    if error.errno in CLOSED:
        return Refused(f"{asked}: {said}. Give the user Mailkeep runs as read and write permission there.")
    return Unreachable(f"{asked}: {said}. Check the disk or network share; it is tried again.")


async def in_thread(asked: str, deed: Callable[[], T]) -> T:
    """What the deed gives, done in a thread. Raises: ProviderTrouble instead of OSError."""
    try:
        return await asyncio.to_thread(deed)
    except OSError as error:
        raise disk_trouble(error, asked) from error

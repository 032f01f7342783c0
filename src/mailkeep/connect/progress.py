"""How far a mailbox was read, as the text of a cursor and back."""

import base64
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec


class Floored(Protocol):
    """Progress that begins at a moment."""

    floor: datetime | None
    """Mail received before was left out; None: nothing was."""


P = TypeVar("P", bound=Floored)


def resumed(
    cursor: str | None, kind: type[P], since: datetime | None, unpack: Callable[[str], bytes] = base64.b85decode
) -> P:
    """The progress of this cursor; anew where it cannot be read, or where older mail is asked for than it began with.

    Takes: how the text becomes msgpack.
    """
    try:
        progress = msgspec.msgpack.decode(unpack(cursor), type=kind) if cursor else kind()
    except (ValueError, zlib.error, msgspec.MsgspecError):
        progress = kind()
    if since is None:
        return progress
    if progress.floor is not None and since < progress.floor:
        progress = kind()
    progress.floor = since
    return progress

"""What time it is, or is played to be."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def present() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


def clock_from(moment: datetime) -> Clock:
    """A clock that shows this moment now and goes on from there: for playing another day."""
    shift = moment - present()
    return lambda: present() + shift

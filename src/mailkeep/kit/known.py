"""What was learned, or the reason it could not be: silence is not innocence."""

from typing import NoReturn, TypeGuard, TypeVar

import msgspec

T = TypeVar("T")


class Unknown(msgspec.Struct, frozen=True, tag="unknown"):
    """The value that stands where an answer is missing. It has no truth value, so it can never pass for `False`."""

    why: str
    """One short clause for a person: "timeout", "no trusted header", "no history yet"."""

    def __bool__(self) -> NoReturn:
        raise TypeError(f"an unknown value ({self.why}) is neither true nor false: ask known() first")


def known(value: T | Unknown) -> TypeGuard[T]:
    """True when the value was learned; narrows its type."""
    return not isinstance(value, Unknown)


def or_else(value: T | Unknown, fallback: T) -> T:
    """The value when it was learned, else the fallback, for places where the difference is harmless (display, sorting)."""
    return fallback if isinstance(value, Unknown) else value

"""The narrow port through which work is owed and done; one machine's due table and a message broker fit it the same way.

A handler is a plain coroutine: it gets a job, does it, and says how it ended. It may be given the same job twice, after a
crash, so what it does must be harmless the second time. The database is the truth: a job is only a pointer to rows.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

import msgspec


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work in a handler's hands."""

    lane: str
    tenant: str
    key: str
    """Jobs of one key are done one after the other."""
    refs: tuple[str, ...]
    """Ids of the rows it is about."""
    name: str = ""
    """What it is called in its lane."""
    attempts: int = 1


class Done(msgspec.Struct, frozen=True):
    """The work is done."""


class Struck(msgspec.Struct, frozen=True):
    """The work is done, and was struck off in the transaction that kept what came of it."""


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """It waits for a person; no try of it is counted."""

    why: str


class RetryAt(msgspec.Struct, frozen=True, kw_only=True):
    """Try again then."""

    at: datetime
    why: str


class Dead(msgspec.Struct, frozen=True, kw_only=True):
    """It will never work: a dead letter for a person."""

    why: str


Outcome: TypeAlias = Done | Struck | Parked | RetryAt | Dead
Handler: TypeAlias = Callable[[Job], Awaitable[Outcome]]


class Jobs(Protocol):
    """Where work is published and subscribed to."""

    def publish(self, lane: str, key: str, refs: Sequence[str], dedupe_id: str) -> None:
        """Owes this work. A `dedupe_id` that is owed already in this lane is not owed twice."""

    def subscribe(self, lane: str, handler: Handler, inflight: int) -> None:
        """Has this lane's work done by this handler, at most so many keys at a time."""

"""Work that is owed: claimed by one statement, held by a lease, struck off when done."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, case, delete, func, select, update

from mailkeep.store.shelf import Database
from mailkeep.store.sql import moment, ms, put, slices
from mailkeep.store.tables import DEAD_LETTER, DUE

PARKED = datetime(9000, 1, 1, tzinfo=UTC)
"""When work is due that waits for a person."""

_encode = msgspec.msgpack.Encoder().encode
_refs: Callable[[bytes], tuple[str, ...]] = msgspec.msgpack.Decoder(tuple[str, ...]).decode


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work, before anybody took it in hand."""

    lane: str
    job: str
    """Its name: a job that is owed already in this lane is not owed twice."""
    tenant: str
    key: str
    """What it is about, usually a mailbox."""
    refs: tuple[str, ...]
    at: datetime
    """Not before."""
    prio: int = 0
    """Lower comes first."""


class DueRow(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of owed work, claimed."""

    id: int
    lane: str
    job: str
    tenant: str
    key: str
    """What it is about, usually a mailbox: work of one key is never done twice at a time."""
    refs: tuple[str, ...]
    attempts: int
    """How often it was begun without coming to an end, this time included."""
    waits: int
    """How often it was put off because the provider asked or did not answer."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants how much of which work, and for how long it may hold it."""

    lane: str
    owner: str
    at: datetime
    most: int
    lease_s: float
    tenant: str = ""
    """Only this tenant's; empty for everybody's."""
    jobs: tuple[str, ...] = ()
    """Only these jobs, at most `sql.MANY`; empty for all."""


class Due:
    """The due table; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, work: Sequence[Owed]) -> None:
        """Adds work; a job of that name already owed in that lane stays as it is."""
        with self._database.writing() as connection:
            put(connection, DUE, [due_row(owed) for owed in work], keep=None)

    def claim(self, claim: Claim) -> tuple[DueRow, ...]:
        """Takes work in hand, most urgent first and tenants in turn. No two claims ever give the same row at a time."""
        now = ms(claim.at)
        free = [DUE.c.lane == claim.lane, DUE.c.at <= now, DUE.c.lease <= now]
        if claim.tenant:
            free.append(DUE.c.tenant == claim.tenant)
        if claim.jobs:
            free.append(DUE.c.job.in_(claim.jobs))
        turn = func.row_number().over(partition_by=DUE.c.tenant, order_by=(DUE.c.prio, DUE.c.at, DUE.c.id))
        ranked = select(DUE.c.id, DUE.c.prio, turn.label("turn")).where(*free).subquery()
        chosen = select(ranked.c.id).order_by(ranked.c.prio, ranked.c.turn, ranked.c.id).limit(claim.most)
        taken = update(DUE).where(DUE.c.id.in_(chosen)).returning(DUE)
        lease = now + round(claim.lease_s * 1000)
        with self._database.writing() as connection:
            values = {"owner": claim.owner, "lease": lease, "attempts": DUE.c.attempts + 1}
            rows = connection.execute(taken.values(values)).mappings().all()
        return tuple(_due(row) for row in sorted(rows, key=lambda row: (row["prio"], row["at"], row["id"])))

    def done(self, row: DueRow) -> None:
        """Strikes the work off."""
        with self._database.writing() as connection:
            connection.execute(delete(DUE).where(DUE.c.id == row.id))

    def retry(self, row: DueRow, at: datetime, *, counted: bool) -> None:
        """Gives the work back until then. Takes: `counted=False` when the provider, not the work, was at fault."""
        values = {"at": ms(at), "lease": 0, "owner": "", "waits": row.waits + 1}
        if not counted:
            values["attempts"] = row.attempts - 1
        with self._database.writing() as connection:
            connection.execute(update(DUE).where(DUE.c.id == row.id).values(values))

    def bury(self, row: DueRow, why: str, at: datetime) -> None:
        """Moves the work to the dead letters, in one transaction."""
        letter = {
            "lane": row.lane,
            "job": row.job,
            "tenant": row.tenant,
            "key": row.key,
            "refs": _encode(row.refs),
            "attempts": row.attempts,
            "why": why,
            "at": ms(at),
        }
        with self._database.writing() as connection:
            connection.execute(DEAD_LETTER.insert(), [letter])
            connection.execute(delete(DUE).where(DUE.c.id == row.id))

    def refs_owed(self, lane: str, tenant: str) -> int:
        """How many things the work owed in a lane is about."""
        query = select(DUE.c.refs).where(DUE.c.lane == lane, DUE.c.tenant == tenant)
        with self._database.reading() as connection:
            return sum(len(_refs(refs)) for refs in connection.execute(query).scalars())

    def holders(self, tenant: str, at: datetime) -> set[str]:
        """Who holds work of this tenant under a lease that runs."""
        query = select(DUE.c.owner).where(DUE.c.tenant == tenant, DUE.c.lease > ms(at)).distinct()
        with self._database.reading() as connection:
            return set(connection.execute(query).scalars())

    def release(self, owner: str) -> None:
        """Frees the work of a holder that is known to be dead before its lease runs out."""
        with self._database.writing() as connection:
            connection.execute(update(DUE).where(DUE.c.owner == owner).values(owner="", lease=0))

    def unpark(self, tenant: str, at: datetime) -> None:
        """Makes work due again that waited for a person, who is here now."""
        with self._database.writing() as connection:
            parked = update(DUE).where(DUE.c.tenant == tenant, DUE.c.at == ms(PARKED))
            connection.execute(parked.values(at=ms(at)))

    def soonest(self, lane: str, jobs: Sequence[str]) -> datetime | None:
        """When the first of these jobs may be claimed; None when none of them is owed."""
        found: list[int] = []
        with self._database.reading() as connection:
            for some in slices(jobs):
                query = select(func.min(_free_at())).where(DUE.c.lane == lane, DUE.c.job.in_(some))
                found += [at for at in connection.execute(query).scalars() if at is not None]
        return moment(min(found)) if found else None

    def waiting(self, lane: str, tenant: str) -> tuple[int, datetime | None]:
        """How much work is owed in a lane, and when the next of it may be claimed."""
        query = select(func.count(), func.min(_free_at())).where(DUE.c.lane == lane, DUE.c.tenant == tenant)
        with self._database.reading() as connection:
            count, soonest = connection.execute(query).one()
        return count, moment(soonest) if count else None


def _free_at() -> ColumnElement[int]:
    """When a row may be claimed: after both its moment and its holder's lease."""
    return case((DUE.c.lease > DUE.c.at, DUE.c.lease), else_=DUE.c.at)


def due_row(owed: Owed) -> dict[str, Any]:
    """The row of the due table that this work becomes."""
    row = msgspec.structs.asdict(owed)
    return {**row, "refs": _encode(owed.refs), "at": ms(owed.at), "lease": 0, "owner": "", "attempts": 0, "waits": 0}


def backoff(waits: int, first_s: float = 5.0, most_s: float = 900.0) -> timedelta:
    """How long to wait before the next try: doubling, at most a quarter of an hour."""
    return timedelta(seconds=min(most_s, first_s * 2.0 ** min(waits, 16)))


def _due(row: Any) -> DueRow:  # noqa: ANN401 - a row mapping
    return DueRow(
        id=row["id"],
        lane=row["lane"],
        job=row["job"],
        tenant=row["tenant"],
        key=row["key"],
        refs=_refs(row["refs"]),
        attempts=row["attempts"],
        waits=row["waits"],
    )

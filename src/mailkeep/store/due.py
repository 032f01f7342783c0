"""Work that is owed: claimed by one statement, held by a lease, struck off when done."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, delete, func, select, update

from mailkeep.store.shelf import Database
from mailkeep.store.sql import MANY, moment, ms, put, slices
from mailkeep.store.tables import DEAD_LETTER, DUE

PARKED = datetime(9000, 1, 1, tzinfo=UTC)
"""When work is due that waits for a person."""

LIVE_LANE = "live"
"""Lane of what notices from outside tell: `key` is the mailbox, `refs` the one mail, or none when something is new there."""

FOUND_PRIO = 1
"""Of work in the live lane that no notice told of: the mail was found missing."""

_SOMETHING = (
    select(DUE.c.id)
    .where(DUE.c.lane == bindparam("lane"), DUE.c.tenant == bindparam("tenant"))
    .where(DUE.c.at <= bindparam("now"), DUE.c.lease <= bindparam("now"))
    .limit(1)
)
"""Built once: it is asked several times a second."""

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
    """Since when it is owed; not before."""
    prio: int = 0
    """Lower comes first."""


def live_job(tenant: str, mailbox: str, ref: str = "") -> str:
    """The name of reading one new mail, or what is new in a mailbox: the same whoever owes it, so that it is owed once."""
    return f"{tenant}/{mailbox}/{ref}" if ref else f"{tenant}/{mailbox}"


def live_work(tenant: str, mailbox: str, ref: str, at: datetime, prio: int = 0) -> Owed:
    """Reading one new mail, or with an empty `ref` what is new in the mailbox."""
    refs = (ref,) if ref else ()
    job = live_job(tenant, mailbox, ref)
    return Owed(lane=LIVE_LANE, job=job, tenant=tenant, key=mailbox, refs=refs, at=at, prio=prio)


class DueRow(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of owed work, claimed."""

    id: int
    lane: str
    job: str
    tenant: str
    key: str
    """What it is about, usually a mailbox: work of one key is never done twice at a time."""
    refs: tuple[str, ...]
    at: datetime
    """Since when it is owed, however often it was put off."""
    attempts: int
    """How often it was begun without coming to an end, this time included."""
    waits: int
    """How often it was put off because the provider asked or did not answer."""
    prio: int = 0


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

    def owed(self, lane: str, jobs: Sequence[str]) -> set[str]:
        """Those of these jobs that are owed in this lane."""
        found: set[str] = set()
        with self._database.reading() as connection:
            for some in slices(jobs):
                query = select(DUE.c.job).where(DUE.c.lane == lane, DUE.c.job.in_(some))
                found.update(connection.execute(query).scalars())
        return found

    def claim(self, claim: Claim) -> tuple[DueRow, ...]:
        """Takes work in hand, most urgent first and tenants in turn. No two claims ever give the same row at a time."""
        now = ms(claim.at)
        free = [DUE.c.lane == claim.lane, DUE.c.at <= now, DUE.c.lease <= now]
        if claim.tenant:
            free.append(DUE.c.tenant == claim.tenant)
        if claim.jobs:
            free.append(DUE.c.job.in_(claim.jobs))
        taken = update(DUE).where(DUE.c.id.in_(_chosen(claim, free))).returning(DUE)
        lease = now + round(claim.lease_s * 1000)
        with self._database.writing() as connection:
            values = {"owner": claim.owner, "lease": lease, "attempts": DUE.c.attempts + 1}
            rows = connection.execute(taken.values(values)).mappings().all()
        return tuple(_due(row) for row in sorted(rows, key=lambda row: (row["prio"], row["at"], row["id"])))

    def done(self, row: DueRow) -> None:
        """Strikes the work off."""
        self.strike([row])

    def strike(self, rows: Sequence[DueRow]) -> None:
        """Strikes all of this work off."""
        if not rows:
            return
        with self._database.writing() as connection:
            strike_off(connection, rows)

    def retry(self, row: DueRow, at: datetime, *, counted: bool) -> None:
        """Gives the work back; nobody gets it before then.

        Takes: `counted=False` when the provider, not the work, was at fault.
        """
        values = {"lease": ms(at), "owner": "", "waits": row.waits + 1}
        if not counted:
            values["attempts"] = row.attempts - 1
        with self._database.writing() as connection:
            connection.execute(update(DUE).where(*_same([row])).values(values))

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
            strike_off(connection, [row])

    def is_any(self, lane: str, tenant: str, at: datetime) -> bool:
        """True when a claim in this lane would give something now. Costs: a tenth of a claim; it writes nothing."""
        with self._database.reading() as connection:
            asked = {"lane": lane, "tenant": tenant, "now": ms(at)}
            return connection.execute(_SOMETHING, asked).first() is not None

    def refs_owed(self, lane: str, tenant: str) -> int:
        """How many things the work owed in a lane is about."""
        query = select(DUE.c.refs).where(DUE.c.lane == lane, DUE.c.tenant == tenant)
        with self._database.reading() as connection:
            return sum(len(_refs(refs)) for refs in connection.execute(query).scalars())

    def holders(self, tenant: str, at: datetime) -> set[str]:
        """Who holds work of this tenant under a lease that runs."""
        held = (DUE.c.tenant == tenant, DUE.c.lease > ms(at), DUE.c.owner != "")
        query = select(DUE.c.owner).where(*held).distinct()
        with self._database.reading() as connection:
            return set(connection.execute(query).scalars())

    def release(self, owner: str) -> None:
        """Frees the work of a holder that is known to be dead before its lease runs out."""
        with self._database.writing() as connection:
            connection.execute(update(DUE).where(DUE.c.owner == owner).values(owner="", lease=0))

    def unpark(self, tenant: str, at: datetime, most: int | None = None) -> None:
        """Makes work due again that waited for a person: all of it, or so much of it as shows whether it goes again."""
        parked = select(DUE.c.id).where(DUE.c.tenant == tenant, DUE.c.lease == ms(PARKED)).order_by(DUE.c.id)
        with self._database.writing() as connection:
            connection.execute(update(DUE).where(DUE.c.id.in_(parked.limit(most))).values(lease=ms(at)))

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

    def put_off(self, lane: str, tenant: str) -> tuple[int, datetime | None]:
        """Of how many keys work was put off since it is owed, and since when the first of it is owed."""
        query = select(func.count(DUE.c.key.distinct()), func.min(DUE.c.at))
        query = query.where(DUE.c.lane == lane, DUE.c.tenant == tenant, DUE.c.waits > 0)
        with self._database.reading() as connection:
            keys, since = connection.execute(query).one()
        return keys, moment(since) if keys else None


def strike_off(connection: Connection, rows: Sequence[DueRow]) -> None:
    """Strikes work off, within the transaction that keeps what came of it."""
    for start in range(0, len(rows), MANY):
        connection.execute(delete(DUE).where(*_same(rows[start : start + MANY])))


def _same(rows: Sequence[DueRow]) -> tuple[ColumnElement[bool], ...]:
    """These rows and no others: SQLite gives the number of a row that is gone to the next one, so the name must fit too."""
    return DUE.c.id.in_([row.id for row in rows]), DUE.c.job.in_([row.job for row in rows])


def _chosen(claim: Claim, free: Sequence[ColumnElement[bool]]) -> Select[tuple[int]]:
    """Ids of the rows that this claim gets; where it is for one tenant, nobody has to take turns."""
    if claim.tenant:
        return select(DUE.c.id).where(*free).order_by(DUE.c.prio, DUE.c.at, DUE.c.id).limit(claim.most)
    turn = func.row_number().over(partition_by=DUE.c.tenant, order_by=(DUE.c.prio, DUE.c.at, DUE.c.id))
    ranked = select(DUE.c.id, DUE.c.prio, turn.label("turn")).where(*free).subquery()
    return select(ranked.c.id).order_by(ranked.c.prio, ranked.c.turn, ranked.c.id).limit(claim.most)


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
        at=moment(row["at"]),
        attempts=row["attempts"],
        waits=row["waits"],
        prio=row["prio"],
    )

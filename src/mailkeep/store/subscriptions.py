"""The provider's promises to tell of new mail, and the notices that came of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailkeep.store.due import Owed, due_row
from mailkeep.store.shelf import Database
from mailkeep.store.sql import moment, ms, put
from mailkeep.store.tables import DUE, HEARD, LATENCY, MESSAGE, SUBSCRIPTION

LIFE_LANE = "life"
"""Lane of notices about subscriptions themselves: key is the mailbox, refs the one event."""


MOST_UNNOTICED = 50
"""Deaf mailboxes that are told apart; more are a matter of the tenant."""


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription as we keep it."""

    tenant: str
    mailbox: str
    id: str
    secret: str
    """SHA-256, in hexadecimal, of what the provider says with each notice; the secret itself is kept nowhere."""
    expires_at: datetime
    made_at: datetime
    """When it was made or last renewed."""
    heard_at: datetime | None = None
    """When its last notice came; None: none ever did."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What one request of a provider's notices came to, to be kept before it is answered."""

    at: datetime
    owed: Sequence[Owed] = ()
    """Work that follows; work that is owed already is a notice repeated."""
    heard: Sequence[str] = ()
    """Ids of the subscriptions whose notices were believed."""
    counts: Mapping[tuple[str, str], int] = {}
    """(tenant, kind) → how many notices: accepted, forged, unknown, lifecycle …"""


class Subscriptions:
    """Subscriptions and counts of notices; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, promise: Promise) -> None:
        """Keeps the one promise of its mailbox in place of any former."""
        with self._database.writing() as connection:
            put(connection, SUBSCRIPTION, [_row(promise)])

    def renewed(self, tenant: str, mailbox: str, expires_at: datetime, at: datetime) -> None:
        """The same promise holds for longer; when it was heard stays."""
        values = {"expires_at": ms(expires_at), "made_at": ms(at)}
        with self._database.writing() as connection:
            connection.execute(update(SUBSCRIPTION).where(*_of(tenant, mailbox)).values(values))

    def heard(self, tenant: str, mailbox: str, at: datetime) -> None:
        """A notice came of this promise, if there is one."""
        with self._database.writing() as connection:
            connection.execute(update(SUBSCRIPTION).where(*_of(tenant, mailbox)).values(heard_at=ms(at)))

    def drop(self, tenant: str, mailbox: str) -> None:
        """The promise does not stand any more."""
        with self._database.writing() as connection:
            connection.execute(delete(SUBSCRIPTION).where(*_of(tenant, mailbox)))

    def by_id(self, subscription: str) -> Promise | None:
        """The promise of this id; None for one that is not ours."""
        return self._one(SUBSCRIPTION.c.id == subscription)

    def of_mailbox(self, tenant: str, mailbox: str) -> Promise | None:
        """The promise of this mailbox; None where there is none."""
        return self._one(*_of(tenant, mailbox))

    def of_tenant(self, tenant: str) -> dict[str, Promise]:
        """Mailbox → its promise."""
        query = select(SUBSCRIPTION).where(SUBSCRIPTION.c.tenant == tenant)
        with self._database.reading() as connection:
            return {row["mailbox"]: _promise(row) for row in connection.execute(query).mappings()}

    def take(self, taken: Taken) -> int:
        """Keeps what a request of notices came to, all of it or nothing; gives how much of the work was not owed before."""
        with self._database.writing() as connection:
            rows = [due_row(owed) for owed in taken.owed]
            fresh = sum(put(connection, DUE, [row], keep=None) for row in rows)
            if taken.heard:
                heard = update(SUBSCRIPTION).where(SUBSCRIPTION.c.id.in_(set(taken.heard)))
                connection.execute(heard.values(heard_at=ms(taken.at)))
            for (tenant, kind), times in taken.counts.items():
                _count(connection, {"tenant": tenant, "kind": kind, "times": times, "at": ms(taken.at)})
        return fresh

    def count(self, tenant: str, kind: str, at: datetime, times: int = 1) -> None:
        """Counts notices of this kind."""
        self.take(Taken(at=at, counts={(tenant, kind): times}))

    def counts(self, tenant: str) -> dict[str, int]:
        """Kind → how many notices of this tenant were of it, ever."""
        query = select(HEARD.c.kind, HEARD.c.times).where(HEARD.c.tenant == tenant)
        with self._database.reading() as connection:
            return {row.kind: row.times for row in connection.execute(query)}

    def unnoticed(self, tenant: str, since: datetime, until: datetime, least: int = 1) -> dict[str, int]:
        """Mailbox → mails found by looking though the mailbox is subscribed, with no notice of any mail there since.

        Takes: `since` bounds when they were judged, `until` when they were delivered: later ones may still be told of;
        mailboxes with fewer than `least` are left out. Gives: at most MOST_UNNOTICED mailboxes.
        """
        silent_from = func.coalesce(SUBSCRIPTION.c.heard_at, SUBSCRIPTION.c.made_at)
        query = (
            _live_mail(tenant, since, select(MESSAGE.c.mailbox, func.count(), func.min(LATENCY.c.delivered_at)))
            .join(
                SUBSCRIPTION,
                (SUBSCRIPTION.c.tenant == MESSAGE.c.tenant) & (SUBSCRIPTION.c.mailbox == MESSAGE.c.mailbox),
            )
            .where(LATENCY.c.notified_at.is_(None))
            .where(LATENCY.c.delivered_at > silent_from, LATENCY.c.delivered_at <= ms(until))
            .group_by(MESSAGE.c.mailbox)
            .having(func.count() >= least)
            .limit(MOST_UNNOTICED)
        )
        with self._database.reading() as connection:
            found = connection.execute(query).all()
            return {
                mailbox: mails for mailbox, mails, first in found if not _told_since(connection, tenant, mailbox, first)
            }

    def _one(self, *where: ColumnElement[bool]) -> Promise | None:
        with self._database.reading() as connection:
            row = connection.execute(select(SUBSCRIPTION).where(*where)).mappings().first()
        return _promise(row) if row else None


def _live_mail(tenant: str, since: datetime, columns: Select[Any]) -> Select[Any]:
    """These columns of the live mails of a tenant that were judged since then."""
    joined = columns.select_from(LATENCY).join(MESSAGE, MESSAGE.c.id == LATENCY.c.message)
    return joined.where(LATENCY.c.tenant == tenant, LATENCY.c.judged_at >= ms(since))


def _told_since(connection: Connection, tenant: str, mailbox: str, first: int) -> bool:
    """True when some notice came of this mailbox since that moment, heard by whatever ear."""
    told = _live_mail(tenant, moment(first), select(LATENCY.c.message)).where(
        MESSAGE.c.tenant == tenant, MESSAGE.c.mailbox == mailbox, LATENCY.c.notified_at >= first
    )
    return connection.execute(told.limit(1)).first() is not None


def _of(tenant: str, mailbox: str) -> tuple[ColumnElement[bool], ...]:
    return SUBSCRIPTION.c.tenant == tenant, SUBSCRIPTION.c.mailbox == mailbox


def _count(connection: Connection, row: Mapping[str, Any]) -> None:
    """Adds to a count, or begins it."""
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(HEARD)
    more = {"times": HEARD.c.times + insert.excluded.times, "at": insert.excluded.at}
    connection.execute(insert.on_conflict_do_update(index_elements=["tenant", "kind"], set_=more), [row])


def _row(promise: Promise) -> dict[str, Any]:
    row = msgspec.structs.asdict(promise)
    moments = {name: ms(row[name]) for name in ("expires_at", "made_at")}
    return {**row, **moments, "heard_at": ms(promise.heard_at) if promise.heard_at else None}


def _promise(row: Mapping[Any, Any]) -> Promise:
    return Promise(
        tenant=row["tenant"],
        mailbox=row["mailbox"],
        id=row["id"],
        secret=row["secret"],
        expires_at=moment(row["expires_at"]),
        made_at=moment(row["made_at"]),
        heard_at=moment(row["heard_at"]) if row["heard_at"] is not None else None,
    )

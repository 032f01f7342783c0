"""When each live mail passed each station, and what that comes to."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update

from mailkeep.store.nouns import Kept, Times
from mailkeep.store.shelf import Database
from mailkeep.store.sql import ms, put
from mailkeep.store.tables import ACTION, LATENCY

KEPT_DAYS = 30
"""Days after which a row tells nobody anything any more."""
MOST_READ = 100_000
"""Rows that quantiles are taken of: the newest."""

_CONFIRM = (
    update(LATENCY)
    .where(
        LATENCY.c.message
        == select(ACTION.c.message).where(ACTION.c.id == bindparam("of"), ACTION.c.by == "policy").scalar_subquery(),
        LATENCY.c.confirmed_at.is_(None),
    )
    .values(asked_at=bindparam("asked"), confirmed_at=bindparam("confirmed"))
)

LEGS = (
    ("delivered → notified", "delivered_at", "notified_at"),
    ("notified → fetched", "notified_at", "fetched_at"),
    ("fetched → judged", "fetched_at", "judged_at"),
    ("judged → asked", "judged_at", "asked_at"),
    ("asked → confirmed", "asked_at", "confirmed_at"),
    ("notified → judged", "notified_at", "judged_at"),
    ("notified → asked", "notified_at", "asked_at"),
    ("notified → confirmed", "notified_at", "confirmed_at"),
    ("delivered → judged", "delivered_at", "judged_at"),
    ("delivered → confirmed", "delivered_at", "confirmed_at"),
)
"""Name, station it begins at, station it ends at. The provider's clock measures `delivered`, ours the rest."""


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """How long mails took from one station to another, in seconds."""

    name: str
    n: int
    """Mails that passed both."""
    p50: float
    p95: float
    p99: float


class LatencyLedger:
    """The latency ledger; every method is one transaction. Rows are written where mails and receipts are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def quantiles(self, tenant: str, since: datetime) -> tuple[Leg, ...]:
        """Every leg that some mail judged since then has passed, in the order of `LEGS`."""
        query = (
            select(LATENCY)
            .where(LATENCY.c.tenant == tenant, LATENCY.c.judged_at >= ms(since))
            .order_by(LATENCY.c.judged_at.desc())
            .limit(MOST_READ)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        legs = ((name, _seconds((row[first], row[last]) for row in rows)) for name, first, last in LEGS)
        return tuple(_leg(name, seconds) for name, seconds in legs if seconds)

    def prune(self, before: datetime) -> None:
        """Forgets mails judged before then."""
        with self._database.writing() as connection:
            connection.execute(delete(LATENCY).where(LATENCY.c.judged_at < ms(before)))


def write(connection: Connection, tenant: str, mails: Iterable[Kept]) -> None:
    """Writes the stations that these mails passed until judged; a mail that has its row keeps it."""
    rows = [_row(tenant, mail, mail.times) for mail in mails if mail.times is not None]
    put(connection, LATENCY, rows, keep=None)


def confirm(connection: Connection, deeds: Iterable[tuple[str, datetime, datetime]]) -> None:
    """Writes when the first deed on each mail that the policy wanted was asked of the provider and confirmed.

    Takes: (action, asked, confirmed) of each deed; those that a person wanted change nothing.
    """
    rows = [{"of": action, "asked": ms(asked), "confirmed": ms(confirmed)} for action, asked, confirmed in deeds]
    if rows:
        connection.execute(_CONFIRM, rows)


def _row(tenant: str, mail: Kept, times: Times) -> dict[str, Any]:
    return {
        "message": mail.id,
        "tenant": tenant,
        "delivered_at": ms(mail.headline.received_at),
        "notified_at": ms(times.notified_at) if times.notified_at is not None else None,
        "fetched_at": ms(times.fetched_at),
        "judged_at": ms(mail.judged_at),
        "asked_at": None,
        "confirmed_at": None,
    }


def _seconds(spans: Iterable[tuple[int | None, int | None]]) -> list[float]:
    """The lengths of the spans that have both ends, shortest first; clocks that disagree make none shorter than 0."""
    return sorted(max(0, last - first) / 1000 for first, last in spans if first is not None and last is not None)


def _leg(name: str, seconds: Sequence[float]) -> Leg:
    return Leg(
        name=name,
        n=len(seconds),
        p50=_quantile(seconds, 0.50),
        p95=_quantile(seconds, 0.95),
        p99=_quantile(seconds, 0.99),
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The least value that this share of them does not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

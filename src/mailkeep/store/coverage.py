"""Coverage receipts: what the provider lists, held against what was judged."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, func, select

from mailkeep.store.shelf import Database
from mailkeep.store.sql import moment, ms, put, slices
from mailkeep.store.tables import COVERAGE, CURSOR


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """One mail that the provider lists and that has no verdict."""

    id: str
    """As `Ref.id`."""
    folder: str
    received_at: datetime
    since: datetime
    """When it was first missed."""
    asked_at: datetime
    """When it was last asked to be read."""
    times: int = 1
    """How often it was asked to be read."""
    told: bool = False
    """True when a notice had told of it as well, and it waited to be read."""


class CoverageReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """Every mail that the provider listed in this mailbox between `since` and `at` was judged, but for `missing`."""

    mailbox: str
    """`Mailbox.id`."""
    since: datetime
    at: datetime
    listed: int
    """Mails listed since the first receipt, by the moment the provider gives them."""
    healed: int
    """Mails that nothing but a receipt had told of, and that were judged then."""
    missing: tuple[Gap, ...] = ()


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """All receipts of a tenant together."""

    promised: int
    """Mailboxes in which nothing may be missed any more: read to their end once, or being scanned."""
    covered: int
    """Mailboxes with a receipt."""
    oldest_at: datetime | None
    """The moment up to which even the least proven mailbox is proven; None without a receipt."""
    newest_at: datetime | None
    """The same for the best proven one."""
    listed: int
    healed: int
    missing: int
    missing_since: datetime | None
    """When the longest missing mail was first missed."""


_encode = msgspec.msgpack.Encoder().encode
_gaps: Callable[[bytes], tuple[Gap, ...]] = msgspec.msgpack.Decoder(tuple[Gap, ...]).decode


class CoverageBook:
    """The book of coverage receipts; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, tenant: str, receipts: Sequence[CoverageReceipt]) -> None:
        """Keeps these receipts, each in place of its mailbox' former."""
        with self._database.writing() as connection:
            put(connection, COVERAGE, [_row(tenant, each) for each in receipts])

    def receipt(self, tenant: str, mailbox: str) -> CoverageReceipt | None:
        """The receipt of this mailbox; None before the first."""
        query = select(COVERAGE).where(COVERAGE.c.tenant == tenant, COVERAGE.c.mailbox == mailbox)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return _receipt(row) if row else None

    def promised_from(self, tenant: str, mailbox: str) -> datetime | None:
        """From when on nothing may be missed in this mailbox: when its scan began, else when it was first read to its end.

        None while neither is so. Mail from before what the mailbox is read from at all is never promised.
        """
        query = select(CURSOR.c.begun_at, CURSOR.c.caught_up_at, CURSOR.c.since).where(
            CURSOR.c.tenant == tenant, CURSOR.c.mailbox == mailbox
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        begins = None if row is None else row.begun_at or row.caught_up_at
        return moment(max(begins, row.since or 0)) if row is not None and begins else None

    def forget(self, tenant: str, mailboxes: Sequence[str]) -> None:
        """Takes the receipts of mailboxes that are no more."""
        with self._database.writing() as connection:
            for some in slices(mailboxes):
                rows = (COVERAGE.c.tenant == tenant, COVERAGE.c.mailbox.in_(some))
                connection.execute(delete(COVERAGE).where(*rows))

    def mailboxes(self, tenant: str) -> set[str]:
        """The mailboxes that have a receipt."""
        with self._database.reading() as connection:
            return set(connection.execute(select(COVERAGE.c.mailbox).where(COVERAGE.c.tenant == tenant)).scalars())

    def summary(self, tenant: str) -> Coverage:
        """All receipts of this tenant together."""
        of_tenant = COVERAGE.c.tenant == tenant
        sums = select(
            func.count(),
            func.min(COVERAGE.c.at),
            func.max(COVERAGE.c.at),
            func.coalesce(func.sum(COVERAGE.c.listed), 0),
            func.coalesce(func.sum(COVERAGE.c.healed), 0),
            func.min(COVERAGE.c.missing_since),
        ).where(of_tenant)
        gaps = select(COVERAGE.c.missing).where(of_tenant, COVERAGE.c.missing_since.is_not(None))
        begun = func.coalesce(CURSOR.c.begun_at, CURSOR.c.caught_up_at).is_not(None)
        promised = select(func.count()).select_from(CURSOR).where(CURSOR.c.tenant == tenant, begun)
        with self._database.reading() as connection:
            covered, oldest, newest, listed, healed, missing_since = connection.execute(sums).one()
            missing = sum(len(_gaps(each)) for each in connection.execute(gaps).scalars())
            return Coverage(
                promised=connection.execute(promised).scalar_one(),
                covered=covered,
                oldest_at=moment(oldest) if covered else None,
                newest_at=moment(newest) if covered else None,
                listed=listed,
                healed=healed,
                missing=missing,
                missing_since=moment(missing_since) if missing_since is not None else None,
            )


def _row(tenant: str, receipt: CoverageReceipt) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "mailbox": receipt.mailbox,
        "since": ms(receipt.since),
        "at": ms(receipt.at),
        "listed": receipt.listed,
        "healed": receipt.healed,
        "missing": _encode(receipt.missing),
        "missing_since": ms(min(gap.since for gap in receipt.missing)) if receipt.missing else None,
    }


def _receipt(row: Mapping[Any, Any]) -> CoverageReceipt:
    return CoverageReceipt(
        mailbox=row["mailbox"],
        since=moment(row["since"]),
        at=moment(row["at"]),
        listed=row["listed"],
        healed=row["healed"],
        missing=_gaps(row["missing"]),
    )

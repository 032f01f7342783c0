"""Reports read back: verdict, mail, deeds and campaign joined into the one document everybody renders."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, Select, select

from mailkeep.act.nouns import Action, Receipt
from mailkeep.decide.nouns import Label, Verdict
from mailkeep.store.sql import moment, ms
from mailkeep.store.tables import CAMPAIGN_MEMBER, MESSAGE, VERDICT
from mailkeep.store.trouble import NoSuchId
from mailkeep.tell.report import Report

PAGE = 200
"""Reports read at a time."""

Deeds = dict[str, list[tuple[Action, Receipt | None]]]

_verdict: Callable[[bytes], Verdict] = msgspec.msgpack.Decoder(Verdict).decode
_names: Callable[[bytes], tuple[str, ...]] = msgspec.msgpack.Decoder(tuple[str, ...]).decode


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which reports; what is left out does not choose."""

    since: datetime | None = None
    """Judged at or after this."""
    labels: Collection[Label] | None = None
    tenant: str | None = None
    limit: int | None = None


def rows(connection: Connection, wanted: Wanted) -> Iterator[Sequence[RowMapping]]:
    """The joined rows, newest judgement first, a page at a time."""
    query = _joined().order_by(VERDICT.c.judged_at.desc(), VERDICT.c.message)
    if wanted.since is not None:
        query = query.where(VERDICT.c.judged_at >= ms(wanted.since))
    if wanted.labels is not None:
        query = query.where(VERDICT.c.label.in_([label.value for label in wanted.labels]))
    if wanted.tenant is not None:
        query = query.where(MESSAGE.c.tenant == wanted.tenant)
    if wanted.limit is not None:
        query = query.limit(wanted.limit)
    result = connection.execution_options(yield_per=PAGE).execute(query).mappings()
    yield from result.partitions(PAGE)


def by_ids(connection: Connection, ids: Sequence[str]) -> Sequence[RowMapping]:
    """The joined rows of these verdicts."""
    return connection.execute(_joined().where(MESSAGE.c.id.in_(ids))).mappings().all()


def full_id(connection: Connection, prefix: str) -> str | None:
    """The verdict id that begins so; None when there is none. Raises: NoSuchId when there are several."""
    wanted = prefix.strip().lower()
    begins = MESSAGE.c.id.between(wanted, wanted + "\x7f") if wanted else MESSAGE.c.id.is_(None)
    found = connection.execute(select(MESSAGE.c.id).where(begins).order_by(MESSAGE.c.id).limit(3)).scalars().all()
    if len(found) > 1 and found[0] != wanted:
        raise NoSuchId(f"{prefix}: several verdicts begin like that ({', '.join(found)} …). Give more of the id.")
    return found[0] if found else None


def report_of(row: RowMapping, deeds: Deeds) -> Report:
    """The report in a joined row."""
    done = deeds.get(row["id"], [])
    return Report(
        id=row["id"],
        tenant=row["tenant"],
        mailbox=row["address"] or row["mailbox"],
        path=f"{row['folder']}/{row['ref']}" if row["folder"] else row["ref"],
        message_id=row["message_id"],
        subject=row["subject"],
        sender=row["sender"],
        recipients=_names(row["recipients"]),
        received_at=moment(row["received_at"]),
        judged_at=moment(row["judged_at"]),
        elapsed_ms=row["elapsed_ms"],
        verdict=_verdict(row["noun"]),
        actions=tuple(action for action, _ in done),
        receipts=tuple(receipt for _, receipt in done if receipt is not None),
        campaign=row["campaign"] or "",
        normal=_names(row["normal"]),
    )


def _joined() -> Select[Any]:
    judged = [column for column in VERDICT.c if column.name != "message"]
    return (
        select(MESSAGE, *judged, CAMPAIGN_MEMBER.c.campaign)
        .join(VERDICT, VERDICT.c.message == MESSAGE.c.id)
        .join(CAMPAIGN_MEMBER, CAMPAIGN_MEMBER.c.message == MESSAGE.c.id, isouter=True)
    )

"""The store in numbers."""

from sqlalchemy import Connection, Select, func, select

from mailkeep.store.canaries import CANARY
from mailkeep.store.nouns import Summary, TenantCount
from mailkeep.store.sql import moment, pairs
from mailkeep.store.tables import ACTION, CAMPAIGN, CURSOR, DEAD_LETTER, DUE, MESSAGE, RECEIPT, VERDICT


def summary(connection: Connection, size_bytes: int) -> Summary:
    """Everything counted, in one reading transaction."""
    names = connection.execute(select(CURSOR.c.tenant).union(select(MESSAGE.c.tenant))).scalars().all()
    due: dict[str, int] = pairs(connection, select(DUE.c.lane, func.count()).group_by(DUE.c.lane))
    oldest = connection.execute(select(func.min(DUE.c.at))).scalar()
    ended = select(RECEIPT.c.ended, func.count()).group_by(RECEIPT.c.ended)
    return Summary(
        tenants=tuple(tenant_count(connection, name) for name in sorted(names)),
        ended=pairs(connection, ended),
        due=due,
        oldest_due=moment(oldest) if oldest is not None else None,
        dead=connection.execute(select(func.count()).select_from(DEAD_LETTER)).scalar_one(),
        campaigns=connection.execute(select(func.count()).select_from(CAMPAIGN)).scalar_one(),
        size_bytes=size_bytes,
    )


def tenant_count(connection: Connection, tenant: str) -> TenantCount:
    """One tenant counted."""
    of_users = (MESSAGE.c.tenant == tenant, MESSAGE.c.id.not_in(_canaries(tenant)))
    span = select(func.count(), func.min(MESSAGE.c.received_at), func.max(MESSAGE.c.received_at)).where(*of_users)
    mails, first, last = connection.execute(span).one()
    read = select(func.count(), func.count(CURSOR.c.caught_up_at)).where(CURSOR.c.tenant == tenant)
    mailboxes, caught_up = connection.execute(read).one()
    return TenantCount(
        tenant=tenant,
        mailboxes=mailboxes,
        caught_up=caught_up,
        mails=mails,
        canaries=connection.execute(select(func.count()).select_from(_canaries(tenant).subquery())).scalar_one(),
        labels=label_counts(connection, tenant),
        first=moment(first) if first is not None else None,
        last=moment(last) if last is not None else None,
    )


def _canaries(tenant: str) -> Select[tuple[str]]:
    """Mails that are no user's: our own, sent to prove the loop."""
    return select(ACTION.c.message).where(ACTION.c.campaign == CANARY, ACTION.c.tenant == tenant).distinct()


def label_counts(connection: Connection, tenant: str) -> dict[str, int]:
    """Label → mails of this tenant that bear it."""
    query = (
        select(VERDICT.c.label, func.count())
        .join(MESSAGE, MESSAGE.c.id == VERDICT.c.message)
        .where(MESSAGE.c.tenant == tenant, MESSAGE.c.id.not_in(_canaries(tenant)))
        .group_by(VERDICT.c.label)
    )
    return pairs(connection, query)

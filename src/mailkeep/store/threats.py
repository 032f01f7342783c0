"""Threats that lie where their owners can still open them."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from mailkeep.act.nouns import Ended
from mailkeep.connect.port import Ref
from mailkeep.decide.nouns import Act, Label
from mailkeep.store.sql import moment, ms
from mailkeep.store.tables import ACTION, CAMPAIGN_MEMBER, MESSAGE, RECEIPT, VERDICT


class Threat(msgspec.Struct, frozen=True, kw_only=True):
    """One mail that is not safe."""

    id: str
    """Of its verdict."""
    ref: Ref
    label: str
    attack: str
    """Empty where the verdict names none."""
    received_at: datetime
    subject: str
    campaign: str
    """Empty where it belongs to none."""


def in_sight(connection: Connection, tenant: str, before: datetime) -> list[Threat]:
    """Threats received before then that were never taken out of sight, or were brought back; newest first."""
    ended = select(ACTION.c.message, ACTION.c.act, RECEIPT.c.at).join(RECEIPT, RECEIPT.c.action == ACTION.c.id)
    moves = [Act.QUARANTINE.value, Act.DELETE.value, Act.RESTORE.value]
    of_tenant = (ACTION.c.tenant == tenant, ACTION.c.act.in_(moves))
    done = RECEIPT.c.ended.in_([Ended.DONE.value, Ended.ALREADY.value])
    last = {row.message: row.act for row in connection.execute(ended.where(*of_tenant, done).order_by(RECEIPT.c.at))}
    query = (
        select(MESSAGE, VERDICT.c.label, VERDICT.c.attack, CAMPAIGN_MEMBER.c.campaign)
        .join(VERDICT, VERDICT.c.message == MESSAGE.c.id)
        .join(CAMPAIGN_MEMBER, CAMPAIGN_MEMBER.c.message == MESSAGE.c.id, isouter=True)
        .where(MESSAGE.c.tenant == tenant, MESSAGE.c.received_at < ms(before))
        .where(VERDICT.c.label.in_([Label.MALICIOUS.value, Label.SUSPICIOUS.value]))
        .order_by(MESSAGE.c.received_at.desc(), MESSAGE.c.id)
    )
    return [
        Threat(
            id=row["id"],
            ref=Ref(mailbox=row["mailbox"], id=row["ref"], folder=row["folder"]),
            label=row["label"],
            attack=row["attack"] or "",
            received_at=moment(row["received_at"]),
            subject=row["subject"],
            campaign=row["campaign"] or "",
        )
        for row in connection.execute(query).mappings()
        if last.get(row["id"], Act.RESTORE.value) == Act.RESTORE.value
    ]

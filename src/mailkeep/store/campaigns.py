"""Campaigns as rows: which mail belongs to which, found by shared keys or near-equal sketches."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, func, select

from mailkeep.cases.campaign import Campaign
from mailkeep.cases.fingerprint import NEAR, Fingerprint, near
from mailkeep.store.nouns import Kept
from mailkeep.store.sql import moment, ms, pairs, put, slices
from mailkeep.store.tables import CAMPAIGN, CAMPAIGN_KEY, CAMPAIGN_MEMBER, MESSAGE

_names: Callable[[bytes], tuple[str, ...]] = msgspec.msgpack.Decoder(tuple[str, ...]).decode

MOST_COMPARED = 64
"""Sketches a new mail is held against; a band that more mails share tells little."""


def join(connection: Connection, tenant: str, mails: Iterable[Kept]) -> None:
    """Puts each mail that has a fingerprint into its campaign, which is made where there is none."""
    for mail in mails:
        if mail.fingerprint is not None and (mail.fingerprint.keys or mail.fingerprint.sketch):
            _join(connection, tenant, mail, mail.fingerprint)


def _join(connection: Connection, tenant: str, mail: Kept, print_: Fingerprint) -> None:
    member = select(CAMPAIGN_MEMBER.c.campaign).where(CAMPAIGN_MEMBER.c.message == mail.id)
    if connection.execute(member).scalar() is not None:
        return
    campaign = _by_key(connection, tenant, print_.keys) or _by_sketch(connection, tenant, print_)
    if campaign is None:
        campaign = mail.id
        row = {
            "id": campaign,
            "tenant": tenant,
            "recipe": print_.recipe,
            "first_seen": ms(mail.headline.received_at),
            "subject": mail.headline.subject,
        }
        put(connection, CAMPAIGN, [row])
    keys = [{"tenant": tenant, "key": key, "campaign": campaign} for key in (*print_.keys, *print_.bands)]
    put(connection, CAMPAIGN_KEY, keys, keep=None)
    sketch = array("I", print_.sketch).tobytes()
    put(connection, CAMPAIGN_MEMBER, [{"message": mail.id, "campaign": campaign, "sketch": sketch}])


def _by_key(connection: Connection, tenant: str, keys: Sequence[str]) -> str | None:
    """The campaign that owns the weightiest of these keys."""
    owned = select(CAMPAIGN_KEY.c.key, CAMPAIGN_KEY.c.campaign).where(
        CAMPAIGN_KEY.c.tenant == tenant, CAMPAIGN_KEY.c.key.in_(keys)
    )
    found = pairs(connection, owned)
    return next((found[key] for key in keys if key in found), None)


def _by_sketch(connection: Connection, tenant: str, print_: Fingerprint) -> str | None:
    """The campaign of the nearest mail among those that share a band, if it is near enough."""
    candidates = select(CAMPAIGN_KEY.c.campaign).where(
        CAMPAIGN_KEY.c.tenant == tenant, CAMPAIGN_KEY.c.key.in_(print_.bands)
    )
    members = (
        select(CAMPAIGN_MEMBER.c.campaign, CAMPAIGN_MEMBER.c.sketch)
        .where(CAMPAIGN_MEMBER.c.campaign.in_(candidates))
        .order_by(CAMPAIGN_MEMBER.c.message)
        .limit(MOST_COMPARED)
    )
    rows = connection.execute(members).all()
    ranked = [(near(print_.sketch, array("I", row.sketch)), row.campaign) for row in rows]
    best = max(ranked, default=(0.0, ""))
    return best[1] if best[0] >= NEAR else None


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """One Message-ID of a campaign, with what else a true copy of it must have."""

    message_id: str
    senders: frozenset[str]
    subjects: frozenset[str]
    sketches: tuple[tuple[int, ...], ...]
    """Of its members' texts; none where they are too short."""


def originals(connection: Connection, campaign: str) -> list[Original]:
    """Every Message-ID of the campaign's members."""
    members = (
        select(MESSAGE.c.message_id, MESSAGE.c.sender, MESSAGE.c.subject, CAMPAIGN_MEMBER.c.sketch)
        .join(CAMPAIGN_MEMBER, CAMPAIGN_MEMBER.c.message == MESSAGE.c.id)
        .where(CAMPAIGN_MEMBER.c.campaign == campaign, MESSAGE.c.message_id != "")
        .distinct()
    )
    by_id: dict[str, list[RowMapping]] = {}
    for row in connection.execute(members.order_by(MESSAGE.c.message_id)).mappings():
        by_id.setdefault(row["message_id"], []).append(row)
    return [_original(message_id, rows) for message_id, rows in by_id.items()]


def _original(message_id: str, rows: Sequence[RowMapping]) -> Original:
    return Original(
        message_id=message_id,
        senders=frozenset(row["sender"] for row in rows),
        subjects=frozenset(row["subject"] for row in rows),
        sketches=tuple({tuple(array("I", row["sketch"])): None for row in rows if row["sketch"]}),
    )


def add(connection: Connection, campaign: str, messages: Sequence[str]) -> None:
    """Makes these mails members, unless they belong to a campaign."""
    rows = [{"message": message, "campaign": campaign, "sketch": b""} for message in messages]
    put(connection, CAMPAIGN_MEMBER, rows, keep=None)


def campaigns(connection: Connection, tenant: str | None = None, campaign: str | None = None) -> list[Campaign]:
    """Every campaign, or this one, with its number of mails, newest first."""
    count = func.count(CAMPAIGN_MEMBER.c.message)
    query = (
        select(CAMPAIGN, count.label("mails"))
        .join(CAMPAIGN_MEMBER, CAMPAIGN_MEMBER.c.campaign == CAMPAIGN.c.id)
        .group_by(*CAMPAIGN.c)
        .order_by(CAMPAIGN.c.first_seen.desc(), CAMPAIGN.c.id)
    )
    if tenant is not None:
        query = query.where(CAMPAIGN.c.tenant == tenant)
    if campaign is not None:
        query = query.where(CAMPAIGN.c.id == campaign)
    return [
        Campaign(
            id=row["id"],
            tenant=row["tenant"],
            recipe=row["recipe"],
            first_seen=moment(row["first_seen"]),
            subject=row["subject"],
            mails=row["mails"],
        )
        for row in connection.execute(query).mappings()
    ]


class SentMail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail that the owner of a mailbox sent."""

    mailbox: str
    subject: str
    recipients: tuple[str, ...]
    at: datetime


def sent_since(connection: Connection, tenant: str, mailboxes: Sequence[str], since: datetime) -> list[SentMail]:
    """What the owners of these mailboxes sent since then."""
    wanted = select(MESSAGE.c.mailbox, MESSAGE.c.subject, MESSAGE.c.recipients, MESSAGE.c.received_at).where(
        MESSAGE.c.tenant == tenant, MESSAGE.c.sent.is_(True), MESSAGE.c.received_at >= ms(since)
    )
    return [
        SentMail(
            mailbox=row.mailbox, subject=row.subject, recipients=_names(row.recipients), at=moment(row.received_at)
        )
        for some in slices(mailboxes)
        for row in connection.execute(wanted.where(MESSAGE.c.mailbox.in_(some)))
    ]


def reach(connection: Connection, campaign: str) -> list[str]:
    """Ids of every mail a claw-back must pull: the members, and the copies of a member wherever they lie.

    A copy has the member's Message-ID, sender and subject: the Message-ID alone could be borrowed from an honest mail.
    """
    members = connection.execute(
        select(MESSAGE.c.id, MESSAGE.c.tenant, MESSAGE.c.twin)
        .join(CAMPAIGN_MEMBER, CAMPAIGN_MEMBER.c.message == MESSAGE.c.id)
        .where(CAMPAIGN_MEMBER.c.campaign == campaign)
    ).all()
    found = dict.fromkeys(row.id for row in members)
    for some in slices(sorted({row.twin for row in members if row.twin})):
        twins = select(MESSAGE.c.id).where(MESSAGE.c.tenant == members[0].tenant, MESSAGE.c.twin.in_(some))
        found.update(dict.fromkeys(connection.execute(twins.order_by(MESSAGE.c.id)).scalars()))
    return list(found)

"""Keeping mails: verdicts, intents, campaigns, due work, learning and cursors in one transaction, or none of it."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from mailkeep.store import campaigns, latency
from mailkeep.store.due import Owed, due_row
from mailkeep.store.ledger import write_intents
from mailkeep.store.naming import twin_key
from mailkeep.store.nouns import Batch, Bookmark, Kept
from mailkeep.store.sql import moment, ms, pairs, put, slices
from mailkeep.store.tables import CURSOR, DUE, MESSAGE, VERDICT

LOOK_LANE = "look"
"""Lane of second looks: one job for the mails of a page, named by the first of them."""
LOOK_PRIO = 5

_BOOKMARK = select(CURSOR).where(CURSOR.c.tenant == bindparam("tenant"), CURSOR.c.mailbox == bindparam("mailbox"))
"""Built once: it is asked at every look into a mailbox, and building it costs more than asking."""

_encode = msgspec.msgpack.Encoder().encode


def keep(connection: Connection, batches: Sequence[Batch]) -> None:
    """Writes these batches of one tenant into this transaction. Doing it twice changes nothing more."""
    mails = [(batch, mail) for batch in batches for mail in batch.mails]
    if mails:
        _keep_mails(connection, mails)
    for batch in batches:
        again = [mail.id for mail in batch.mails if mail.look_again]
        put(connection, DUE, [due_row(_look(batch, again))] if again else [], keep=None)
        if batch.cursor is not None:
            _move_cursor(connection, batch, batch.cursor)


def _keep_mails(connection: Connection, mails: Sequence[tuple[Batch, Kept]]) -> None:
    first = mails[0][0]
    put(connection, MESSAGE, [_message_row(batch, mail) for batch, mail in mails], keep=frozenset({"folder"}))
    looks = _looks(connection, [mail.id for _, mail in mails])
    put(connection, VERDICT, [_verdict_row(mail, looks.get(mail.id, 0) + 1) for _, mail in mails])
    write_intents(connection, [each for _, mail in mails for each in mail.actions], first.tenant, first.at)
    campaigns.join(connection, first.tenant, [mail for _, mail in mails])
    latency.write(connection, first.tenant, [mail for _, mail in mails])


def begin(connection: Connection, tenant: str, mailbox: str, bookmark: Bookmark) -> None:
    """Opens a mailbox' cursor row, unless it is open."""
    row = {
        "tenant": tenant,
        "mailbox": mailbox,
        "cursor": "",
        "since": ms(bookmark.since) if bookmark.since else None,
        "begun_at": ms(bookmark.begun_at) if bookmark.begun_at else None,
        "caught_up_at": None,
        "mails": 0,
        "at": 0,
    }
    put(connection, CURSOR, [row], keep=None)


def bookmark(connection: Connection, tenant: str, mailbox: str) -> Bookmark | None:
    """How far this mailbox was read; None when it was never begun."""
    row = connection.execute(_BOOKMARK, {"tenant": tenant, "mailbox": mailbox}).mappings().first()
    if row is None:
        return None
    moments = {
        name: moment(row[name]) if row[name] is not None else None for name in ("since", "begun_at", "caught_up_at")
    }
    return Bookmark(cursor=row["cursor"] or None, mails=row["mails"], **moments)


def judged(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of these verdicts that there are."""
    found: set[str] = set()
    for some in slices(ids):
        found.update(connection.execute(select(MESSAGE.c.id).where(MESSAGE.c.id.in_(some))).scalars())
    return found


def known(connection: Connection, tenant: str, mailbox: str, refs: list[str]) -> set[str]:
    """Those of a mailbox' mails that have a verdict already."""
    found: set[str] = set()
    for some in slices(refs):
        query = select(MESSAGE.c.ref).where(
            MESSAGE.c.tenant == tenant, MESSAGE.c.mailbox == mailbox, MESSAGE.c.ref.in_(some)
        )
        found.update(connection.execute(query).scalars())
    return found


def _look(batch: Batch, verdicts: list[str]) -> Owed:
    return Owed(
        lane=LOOK_LANE,
        job=verdicts[0],
        tenant=batch.tenant,
        key=batch.mailbox.id,
        refs=tuple(verdicts),
        at=batch.at,
        prio=LOOK_PRIO,
    )


def _looks(connection: Connection, ids: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in slices(ids):
        query = select(VERDICT.c.message, VERDICT.c.looks).where(VERDICT.c.message.in_(some))
        found.update(pairs(connection, query))
    return found


def _move_cursor(connection: Connection, batch: Batch, cursor: str) -> None:
    values: dict[str, Any] = {"cursor": cursor, "at": ms(batch.at), "mails": CURSOR.c.mails + len(batch.mails)}
    if not batch.more:
        values["caught_up_at"] = func.coalesce(CURSOR.c.caught_up_at, ms(batch.at))
    row = (CURSOR.c.tenant == batch.tenant, CURSOR.c.mailbox == batch.mailbox.id)
    connection.execute(update(CURSOR).where(*row).values(values))


def _message_row(batch: Batch, mail: Kept) -> dict[str, Any]:
    head = mail.headline
    return {
        "id": mail.id,
        "tenant": batch.tenant,
        "mailbox": batch.mailbox.id,
        "ref": mail.ref.id,
        "folder": mail.ref.folder,
        "address": batch.mailbox.address,
        "digest": head.digest,
        "twin": twin_key(head),
        "message_id": head.message_id,
        "received_at": ms(head.received_at),
        "way": head.way,
        "subject": head.subject,
        "sender": head.sender,
        "recipients": _encode(head.recipients),
        "sent": head.sent,
    }


def _verdict_row(mail: Kept, looks: int) -> dict[str, Any]:
    verdict = mail.verdict
    return {
        "message": mail.id,
        "label": verdict.label.value,
        "attack": verdict.attack.value if verdict.attack else None,
        "score": verdict.score,
        "judged_at": ms(mail.judged_at),
        "elapsed_ms": mail.elapsed_ms,
        "looks": looks,
        "normal": _encode(mail.normal),
        "noun": _encode(verdict),
    }

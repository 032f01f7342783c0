"""The action ledger: what was intended, how the mail lay before, and how it ended."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, Select, delete, select, update

from mailkeep.act.nouns import Action, Ended, Receipt
from mailkeep.connect.port import Ref, State
from mailkeep.decide.nouns import Act
from mailkeep.store import latency
from mailkeep.store.due import Owed, due_row
from mailkeep.store.shelf import Database
from mailkeep.store.sql import moment, ms, put, slices
from mailkeep.store.tables import ACTION, DUE, MESSAGE, RECEIPT

ACT_LANE = "act"
"""Lane of deeds in the due table; the job's name is the action's id."""

_encode = msgspec.msgpack.Encoder().encode
_state: Callable[[bytes], State] = msgspec.msgpack.Decoder(State).decode


class Ledger:
    """Fits `act.perform.Ledger`; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def intend(self, actions: Sequence[Action], tenant: str, at: datetime) -> None:
        """Writes down these deeds and the work they are, in one transaction; deeds known already stay as they are."""
        with self._database.writing() as connection:
            write_intents(connection, actions, tenant, at)

    def keep_undo(self, action: str, state: State) -> None:
        """Writes down how the mail lay before the deed; what is written already stays."""
        with self._database.writing() as connection:
            unwritten = update(ACTION).where(ACTION.c.id == action, ACTION.c.undo.is_(None))
            connection.execute(unwritten.values(undo=_encode(state)))

    def keep_receipt(self, receipt: Receipt, folder: str = "", asked_at: datetime | None = None) -> None:
        """Writes the receipt, strikes the work off, and notes the folder the mail lies in now: one transaction.

        Takes: when the provider was asked, for the latency ledger.
        """
        with self._database.writing() as connection:
            put(connection, RECEIPT, [_receipt_row(receipt)], keep=None)
            if asked_at is not None:
                latency.confirm(connection, receipt.action, asked_at, receipt.at)
            connection.execute(delete(DUE).where(DUE.c.lane == ACT_LANE, DUE.c.job == receipt.action))
            if folder:
                of_action = select(ACTION.c.message).where(ACTION.c.id == receipt.action).scalar_subquery()
                connection.execute(update(MESSAGE).where(MESSAGE.c.id == of_action).values(folder=folder))

    def action(self, action: str) -> Action | None:
        """The deed of this id."""
        with self._database.reading() as connection:
            row = connection.execute(select(ACTION).where(ACTION.c.id == action)).mappings().first()
        return action_of(row) if row else None

    def receipt(self, action: str) -> Receipt | None:
        """How this deed ended; None while it has not."""
        with self._database.reading() as connection:
            row = connection.execute(select(RECEIPT).where(RECEIPT.c.action == action)).mappings().first()
        return receipt_of(row) if row else None

    def of_messages(self, messages: Sequence[str]) -> dict[str, list[tuple[Action, Receipt | None]]]:
        """Every deed on these mails, oldest first, with its receipt."""
        found: dict[str, list[tuple[Action, Receipt | None]]] = {}
        with self._database.reading() as connection:
            for some in slices(messages):
                for action, receipt in _with_receipts(connection, _deeds().where(ACTION.c.message.in_(some))):
                    found.setdefault(action.verdict, []).append((action, receipt))
        return found

    def of_campaign(self, campaign: str) -> list[tuple[Action, Receipt | None]]:
        """Every deed done in the name of this campaign, oldest first."""
        with self._database.reading() as connection:
            return list(_with_receipts(connection, _deeds().where(ACTION.c.campaign == campaign)))


def write_intents(connection: Connection, actions: Iterable[Action], tenant: str, at: datetime) -> None:
    """Puts deeds into the ledger and the due table; a dry one gets its receipt at once."""
    chosen = list(actions)
    ids = [action.id for action in chosen]
    known: set[str] = set()
    for some in slices(ids):
        known.update(connection.execute(select(ACTION.c.id).where(ACTION.c.id.in_(some))).scalars())
    fresh = [action for action in chosen if action.id not in known]
    put(connection, ACTION, [_action_row(action, tenant) for action in fresh], keep=None)
    dry = [Receipt(action=action.id, ended=Ended.DRY, at=at) for action in fresh if action.dry]
    put(connection, RECEIPT, [_receipt_row(receipt) for receipt in dry], keep=None)
    wanted = [action for action in fresh if not action.dry]
    put(connection, DUE, [due_row(_owed(action, tenant, at)) for action in wanted], keep=None)


def action_of(row: RowMapping) -> Action:
    """The deed in a row of the action table."""
    return Action(
        id=row["id"],
        verdict=row["message"],
        ref=Ref(mailbox=row["mailbox"], id=row["ref"], folder=row["folder"]),
        act=Act(row["act"]),
        because=row["because"],
        by=row["by"],
        asked_at=moment(row["asked_at"]),
        undo=_state(row["undo"]) if row["undo"] is not None else None,
        campaign=row["campaign"],
        dry=row["dry"],
    )


def receipt_of(row: RowMapping) -> Receipt:
    """The receipt in a row of its table."""
    return Receipt(action=row["action"], ended=Ended(row["ended"]), at=moment(row["at"]), why=row["why"])


def _deeds() -> Select[Any]:
    ended = (RECEIPT.c.action, RECEIPT.c.ended, RECEIPT.c.at, RECEIPT.c.why)
    return (
        select(ACTION, *ended)
        .join(RECEIPT, RECEIPT.c.action == ACTION.c.id, isouter=True)
        .order_by(ACTION.c.asked_at, ACTION.c.id)
    )


def _with_receipts(connection: Connection, query: Select[Any]) -> Iterable[tuple[Action, Receipt | None]]:
    for row in connection.execute(query).mappings():
        yield action_of(row), receipt_of(row) if row["ended"] is not None else None


def _action_row(action: Action, tenant: str) -> dict[str, Any]:
    return {
        "id": action.id,
        "message": action.verdict,
        "tenant": tenant,
        "mailbox": action.ref.mailbox,
        "ref": action.ref.id,
        "folder": action.ref.folder,
        "act": action.act.value,
        "because": action.because,
        "by": action.by,
        "asked_at": ms(action.asked_at),
        "undo": _encode(action.undo) if action.undo else None,
        "campaign": action.campaign,
        "dry": action.dry,
    }


def _owed(action: Action, tenant: str, at: datetime) -> Owed:
    return Owed(lane=ACT_LANE, job=action.id, tenant=tenant, key=action.ref.mailbox, refs=(action.id,), at=at)


def _receipt_row(receipt: Receipt) -> dict[str, Any]:
    return {"action": receipt.action, "ended": receipt.ended.value, "at": ms(receipt.at), "why": receipt.why}

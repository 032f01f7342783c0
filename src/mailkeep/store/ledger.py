"""The action ledger: what was intended, how the mail lay before, and how it ended."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, RowMapping, Select, bindparam, delete, select, update

from mailkeep.act.nouns import Action, Ended, Receipt
from mailkeep.act.perform import Closing
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
_UNDO = update(ACTION).where(ACTION.c.id == bindparam("of"), ACTION.c.undo.is_(None)).values(undo=bindparam("was"))
_PLACE = (
    update(MESSAGE)
    .where(MESSAGE.c.id == select(ACTION.c.message).where(ACTION.c.id == bindparam("of")).scalar_subquery())
    .values(folder=bindparam("now"))
)
_state: Callable[[bytes], State] = msgspec.msgpack.Decoder(State).decode


Deed: TypeAlias = tuple[Action, Receipt | None]
"""A deed and how it ended, if it did."""


class Ledger:
    """The action ledger; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def intend(self, actions: Sequence[Action], tenant: str, at: datetime) -> None:
        """Writes down these deeds and the work they are, in one transaction; deeds known already stay as they are."""
        with self._database.writing() as connection:
            write_intents(connection, actions, tenant, at)

    def write(self, undos: Sequence[tuple[str, State]], closings: Sequence[Closing]) -> None:
        """Writes down what was found before some deeds and how others ended, in one transaction.

        An undo that is written already stays, and so does a receipt. What is closed is struck off the owed work.
        """
        with self._database.writing() as connection:
            if undos:
                connection.execute(_UNDO, [{"of": action, "was": _encode(state)} for action, state in undos])
            if closings:
                close(connection, closings)

    def action(self, action: str) -> Action | None:
        """The deed of this id."""
        return next((found for found, _ in self.deeds([action])), None)

    def receipt(self, action: str) -> Receipt | None:
        """How this deed ended; None while it has not."""
        return self.receipts([action]).get(action)

    def receipts(self, actions: Sequence[str]) -> dict[str, Receipt]:
        """Id → receipt of those of these deeds that have ended."""
        found: dict[str, Receipt] = {}
        with self._database.reading() as connection:
            for some in slices(actions):
                query = select(RECEIPT).where(RECEIPT.c.action.in_(some))
                found.update({row["action"]: receipt_of(row) for row in connection.execute(query).mappings()})
        return found

    def deeds(self, actions: Sequence[str]) -> list[Deed]:
        """These deeds with their receipts, oldest first; unknown ones are left out."""
        with self._database.reading() as connection:
            rows = [connection.execute(_DEEDS_BY_ID, {"ids": some}).mappings().all() for some in slices(actions)]
        return [_deed_of(row) for some in rows for row in some]

    def of_messages(self, messages: Sequence[str]) -> dict[str, list[Deed]]:
        """Every deed on these mails, oldest first, with its receipt."""
        found: dict[str, list[Deed]] = {}
        with self._database.reading() as connection:
            for some in slices(messages):
                for action, receipt in _with_receipts(connection, _deeds().where(ACTION.c.message.in_(some))):
                    found.setdefault(action.verdict, []).append((action, receipt))
        return found

    def of_campaign(self, campaign: str) -> list[Deed]:
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


def close(connection: Connection, closings: Sequence[Closing]) -> None:
    """Writes receipts, strikes their deeds off, and notes where the mails lie now. A receipt that is there stays."""
    receipts = [closing.receipt for closing in closings]
    put(connection, RECEIPT, [_receipt_row(receipt) for receipt in receipts], keep=None)
    for some in slices([receipt.action for receipt in receipts]):
        connection.execute(delete(DUE).where(DUE.c.lane == ACT_LANE, DUE.c.job.in_(some)))
    places = [{"of": each.receipt.action, "now": each.folder} for each in closings if each.folder]
    if places:
        connection.execute(_PLACE, places)
    latency.confirm(connection, [(each.action, at, each.at) for each, at in _asked(closings)])


def _asked(closings: Iterable[Closing]) -> Iterator[tuple[Receipt, datetime]]:
    """Receipts of deeds that the provider was asked for, and when."""
    for closing in closings:
        if closing.asked_at is not None:
            yield closing.receipt, closing.asked_at


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


def _with_receipts(connection: Connection, query: Select[Any]) -> Iterator[Deed]:
    return map(_deed_of, connection.execute(query).mappings())


def _deed_of(row: RowMapping) -> Deed:
    return action_of(row), receipt_of(row) if row["ended"] is not None else None


_DEEDS_BY_ID = _deeds().where(ACTION.c.id.in_(bindparam("ids", expanding=True)))
"""Built once: it is asked for every deed, and building it costs more than asking."""


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

"""Claw-backs under way: what is still to be searched, what was found, and where each one stands."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, delete, select

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.act.perform import Closing
from mailkeep.decide.nouns import Act
from mailkeep.store import campaigns, keeping, ledger
from mailkeep.store.due import Owed, due_row
from mailkeep.store.nouns import Batch
from mailkeep.store.shelf import Database
from mailkeep.store.sql import ms, put, slices
from mailkeep.store.tables import ACTION, DUE, META

FIND_LANE = "find"
"""Lane of searches: a job is one campaign's copies in one mailbox."""

_NAME = "clawback "
"""What the keys of the records begin with."""
WITHDRAWN = "taken back before it was done: its claw-back was undone"


class Clawback(msgspec.Struct, frozen=True, kw_only=True):
    """One claw-back, from the asking to the last receipt."""

    campaign: str
    tenant: str
    by: str
    """Who asked for it."""
    at: datetime
    """Its deeds are those asked for since then."""


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """One mailbox searched for the copies of one campaign."""

    campaign: str
    job: str
    """The search's name in its lane."""
    found: Batch | None = None
    """Copies that were never judged before; None where there are none."""


class Clawbacks:
    """Claw-backs under way; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, clawback: Clawback, mailboxes: Sequence[str]) -> None:
        """Writes down the claw-back and the searches it needs. One that is under way stays as it is."""
        row = {"key": _NAME + clawback.campaign, "value": msgspec.json.encode(clawback).decode()}
        with self._database.writing() as connection:
            if put(connection, META, [row], keep=None):
                put(connection, DUE, [due_row(_search(clawback, mailbox)) for mailbox in mailboxes], keep=None)

    def of(self, campaign: str) -> Clawback | None:
        """The claw-back of this campaign that is under way."""
        query = select(META.c.value).where(META.c.key == _NAME + campaign)
        with self._database.reading() as connection:
            value = connection.execute(query).scalar()
        return msgspec.json.decode(value, type=Clawback) if value is not None else None

    def under_way(self, tenant: str) -> list[Clawback]:
        """Every claw-back of this tenant that is not at its end, oldest first."""
        query = select(META.c.value).where(META.c.key.startswith(_NAME))
        with self._database.reading() as connection:
            values = connection.execute(query).scalars().all()
        found = (msgspec.json.decode(value, type=Clawback) for value in values)
        return sorted((each for each in found if each.tenant == tenant), key=lambda each: each.at)

    def unsearched(self, campaign: str) -> list[str]:
        """Mailboxes that are still to be searched for this campaign."""
        query = (
            select(DUE.c.key)
            .where(DUE.c.lane == FIND_LANE, DUE.c.job.startswith(search_name(campaign, "")))
            .order_by(DUE.c.key)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def searched(self, some: Sequence[Searched]) -> None:
        """Keeps what searches found, as copies of their campaigns, and strikes the searches off."""
        with self._database.writing() as connection:
            keeping.keep(connection, [each.found for each in some if each.found is not None])
            for each in some:
                if each.found is not None:
                    campaigns.add(connection, each.campaign, [mail.id for mail in each.found.mails])
            _strike(connection, [each.job for each in some])

    def end(self, campaign: str) -> None:
        """It is at its end; what it did stays in the ledger."""
        with self._database.writing() as connection:
            _forget(connection, campaign)

    def withdraw(self, campaign: str, at: datetime) -> int:
        """Calls off what nobody has in hand yet: searches, and deeds with a receipt that says so. Gives how many deeds."""
        owed = (DUE.c.lane == ledger.ACT_LANE, DUE.c.job.in_(_pulls(campaign)))
        free = (*owed, (DUE.c.owner == "") | (DUE.c.lease <= ms(at)))
        with self._database.writing() as connection:
            open_ones = connection.execute(select(DUE.c.job).where(*free)).scalars().all()
            receipts = (Receipt(action=job, ended=Ended.FAILED, at=at, why=WITHDRAWN) for job in open_ones)
            ledger.close(connection, [Closing(receipt=receipt) for receipt in receipts])
            _forget(connection, campaign)
        return len(open_ones)

    def open_pulls(self, campaign: str) -> list[str]:
        """Ids of the deeds of this campaign that are owed or in somebody's hands."""
        query = select(DUE.c.job).where(DUE.c.lane == ledger.ACT_LANE, DUE.c.job.in_(_pulls(campaign)))
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())


def search_name(campaign: str, mailbox: str) -> str:
    """What the search of a mailbox for a campaign is called in its lane."""
    return f"{campaign}/{mailbox}"


def _pulls(campaign: str) -> Select[tuple[str]]:
    return select(ACTION.c.id).where(ACTION.c.campaign == campaign, ACTION.c.act == Act.QUARANTINE.value)


def _search(clawback: Clawback, mailbox: str) -> Owed:
    return Owed(
        lane=FIND_LANE,
        job=search_name(clawback.campaign, mailbox),
        tenant=clawback.tenant,
        key=mailbox,
        refs=(clawback.campaign,),
        at=clawback.at,
    )


def _strike(connection: Connection, jobs: Sequence[str]) -> None:
    for some in slices(jobs):
        connection.execute(delete(DUE).where(DUE.c.lane == FIND_LANE, DUE.c.job.in_(some)))


def _forget(connection: Connection, campaign: str) -> None:
    connection.execute(delete(META).where(META.c.key == _NAME + campaign))
    connection.execute(delete(DUE).where(DUE.c.lane == FIND_LANE, DUE.c.job.startswith(search_name(campaign, ""))))

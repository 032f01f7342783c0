"""Claw-backs too large for one person: who asked, and who else agreed."""

from datetime import datetime

import msgspec
from sqlalchemy import delete, select, update

from mailkeep.kit.trouble import OperatorError
from mailkeep.store.shelf import Database
from mailkeep.store.sql import moment, ms, put
from mailkeep.store.tables import APPROVAL


class NotApproved(OperatorError):
    """This approval cannot be given."""


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """One claw-back that waits for a second person, or has one."""

    campaign: str
    tenant: str
    mails: int
    """How many mails were to be pulled when it was asked for last."""
    asked_by: str
    asked_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None


class Approvals:
    """Approvals; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, approval: Approval) -> Approval:
        """Has this claw-back wait; gives what stands now: the first to ask stays, and an approval that was given."""
        row = {
            "campaign": approval.campaign,
            "tenant": approval.tenant,
            "mails": approval.mails,
            "asked_by": approval.asked_by,
            "asked_at": ms(approval.asked_at),
            "approved_by": None,
            "approved_at": None,
        }
        stays = frozenset({"asked_by", "asked_at", "approved_by", "approved_at"})
        with self._database.writing() as connection:
            put(connection, APPROVAL, [row], keep=stays)
        return self.of(approval.campaign) or approval

    def of(self, campaign: str) -> Approval | None:
        """The approval that this campaign waits for or has; None when none was asked for."""
        with self._database.reading() as connection:
            row = connection.execute(select(APPROVAL).where(APPROVAL.c.campaign == campaign)).mappings().first()
        if row is None:
            return None
        approved_at = moment(row["approved_at"]) if row["approved_at"] is not None else None
        return Approval(**{**row, "asked_at": moment(row["asked_at"]), "approved_at": approved_at})

    def approve(self, campaign: str, *, by: str, at: datetime) -> Approval:
        """The approval, given. Raises: NotApproved when nothing waits for one, or the same person asked."""
        asked = self.of(campaign)
        if asked is None:
            raise NotApproved(
                f"{campaign}: no claw-back of this campaign waits. `mailkeep clawback {campaign}` asks for one."
            )
        if asked.asked_by == by:
            raise NotApproved(f"{campaign}: {by} asked for this claw-back, so somebody else must approve it.")
        first = (APPROVAL.c.campaign == campaign, APPROVAL.c.approved_by.is_(None))
        with self._database.writing() as connection:
            connection.execute(update(APPROVAL).where(*first).values(approved_by=by, approved_at=ms(at)))
        return self.of(campaign) or asked

    def spend(self, campaign: str) -> None:
        """The claw-back is done: the next one needs an approval of its own."""
        with self._database.writing() as connection:
            connection.execute(delete(APPROVAL).where(APPROVAL.c.campaign == campaign))

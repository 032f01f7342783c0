"""The store of one home: what every room's nouns are kept in, and the one place that opens transactions."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from mailkeep.cases.campaign import Campaign
from mailkeep.connect.port import Ref
from mailkeep.decide.nouns import Label
from mailkeep.store import campaigns, counting, keeping, reports, threats
from mailkeep.store.approvals import Approvals
from mailkeep.store.campaigns import Original, SentMail
from mailkeep.store.canaries import Canaries
from mailkeep.store.clawbacks import Clawbacks
from mailkeep.store.coverage import CoverageBook
from mailkeep.store.due import Due, DueRow, strike_off
from mailkeep.store.latency import LatencyLedger
from mailkeep.store.ledger import Ledger
from mailkeep.store.nouns import Batch, Bookmark, DeadLetter, Summary, Trouble
from mailkeep.store.opening import migrate, prepare_place, reader_engine, writer_engine
from mailkeep.store.shelf import SqlShelf
from mailkeep.store.sql import moment, ms, put, slices
from mailkeep.store.subscriptions import Subscriptions
from mailkeep.store.switches import Switches
from mailkeep.store.tables import CAMPAIGN, CURSOR, DEAD_LETTER, MESSAGE, TROUBLE
from mailkeep.store.threats import Threat
from mailkeep.store.trouble import NoSuchId, in_words
from mailkeep.tell.report import Report

_TROUBLES = select(TROUBLE.c.kind).where(TROUBLE.c.tenant == bindparam("tenant"), TROUBLE.c.about == bindparam("about"))
"""Built once: it is asked at every look into a mailbox, and building it costs more than asking."""


class Store:
    """Everything kept. Methods are whole transactions; reading never waits for writing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = writer_engine(path)
        self._reader = reader_engine(path)
        with in_words(path):
            migrate(self._writer, path)
        self.ledger = Ledger(self)
        self.due = Due(self)
        self.latency = LatencyLedger(self)
        self.coverage = CoverageBook(self)
        self.subscriptions = Subscriptions(self)
        self.canaries = Canaries(self)
        self.clawbacks = Clawbacks(self)
        self.approvals = Approvals(self)
        self.switches = Switches(self)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads. Raises: StoreError."""
        with in_words(self.path), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes, alone. Raises: StoreError, and nothing of it is kept."""
        with in_words(self.path), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.dispose()
        self._writer.dispose()

    def shelf(self, tenant: str) -> SqlShelf:
        """A fresh shelf for this tenant's DNA."""
        return SqlShelf(self, tenant)

    # --- the corridor ----------------------------------------------------------------------------------------------

    def begin(self, tenant: str, mailbox: str, *, since: datetime | None, begun_at: datetime | None) -> Bookmark:
        """How far a mailbox was read, its row opened when it is new; what was set when it was opened stays."""
        with self.reading() as connection:
            found = keeping.bookmark(connection, tenant, mailbox)
        if found is not None:
            return found
        with self.writing() as connection:
            keeping.begin(connection, tenant, mailbox, Bookmark(since=since, begun_at=begun_at))
            return keeping.bookmark(connection, tenant, mailbox) or Bookmark()

    def known(self, tenant: str, mailbox: str, refs: Sequence[str]) -> set[str]:
        """Those of a mailbox' mails that have a verdict already."""
        if not refs:
            return set()
        with self.reading() as connection:
            return keeping.known(connection, tenant, mailbox, list(refs))

    def judged(self, ids: Sequence[str]) -> set[str]:
        """Those of these verdict ids that there is a verdict of."""
        if not ids:
            return set()
        with self.reading() as connection:
            return keeping.judged(connection, ids)

    def keep(self, batch: Batch, shelf: SqlShelf) -> None:
        """Keeps a page: verdicts, intents, due work, campaigns, what was learned, and the cursor, in one transaction."""
        self.keep_all([batch], shelf)

    def keep_all(self, batches: Sequence[Batch], shelf: SqlShelf, struck: Sequence[DueRow] = ()) -> None:
        """Keeps mails of several mailboxes of a tenant, and strikes off the work that is done by that: one transaction."""
        with self.writing() as connection:
            keeping.keep(connection, batches)
            strike_off(connection, struck)
            shelf.write(connection)
        shelf.settle()

    def caught_up(self, tenant: str) -> set[str]:
        """Mailboxes that were read to their end at least once."""
        query = select(CURSOR.c.mailbox).where(CURSOR.c.tenant == tenant, CURSOR.c.caught_up_at.is_not(None))
        with self.reading() as connection:
            return set(connection.execute(query).scalars())

    # --- what people ask --------------------------------------------------------------------------------------------

    def reports(
        self,
        since: datetime | None = None,
        labels: Collection[Label] | None = None,
        limit: int | None = None,
        tenant: str | None = None,
    ) -> Iterator[Report]:
        """Reports, newest judgement first."""
        wanted = reports.Wanted(since=since, labels=labels, limit=limit, tenant=tenant)
        with self.reading() as connection:
            for page in reports.rows(connection, wanted):
                yield from self._reports(page)

    def report(self, verdict_id: str) -> Report | None:
        """The report of this verdict. Takes: an id or its beginning. Raises: NoSuchId when several begin so."""
        with self.reading() as connection:
            found = reports.full_id(connection, verdict_id)
            page = reports.by_ids(connection, [found]) if found else []
        return next(self._reports(page), None)

    def reports_of(self, ids: Sequence[str]) -> list[Report]:
        """The reports of these verdicts, in this order; unknown ids are left out."""
        found: dict[str, Report] = {}
        with self.reading() as connection:
            for start in range(0, len(ids), reports.PAGE):
                page = reports.by_ids(connection, ids[start : start + reports.PAGE])
                found.update({each.id: each for each in self._reports(page)})
        return [found[each] for each in ids if each in found]

    def refs_of(self, verdicts: Sequence[str]) -> list[Ref]:
        """Where these judged mails lie, in this order; unknown ones are left out."""
        columns = (MESSAGE.c.id, MESSAGE.c.mailbox, MESSAGE.c.ref, MESSAGE.c.folder)
        found: dict[str, Ref] = {}
        with self.reading() as connection:
            for some in slices(verdicts):
                for row in connection.execute(select(*columns).where(MESSAGE.c.id.in_(some))):
                    found[row.id] = Ref(mailbox=row.mailbox, id=row.ref, folder=row.folder)
        return [found[each] for each in verdicts if each in found]

    def refs_with(self, tenant: str, message_ids: Sequence[str]) -> list[Ref]:
        """Every judged mail of a tenant with one of these Message-IDs. Costs: all of the tenant's rows are looked through."""
        columns = (MESSAGE.c.mailbox, MESSAGE.c.ref, MESSAGE.c.folder)
        of_tenant = select(*columns).where(MESSAGE.c.tenant == tenant)
        with self.reading() as connection:
            rows = [
                row
                for some in slices(message_ids)
                for row in connection.execute(of_tenant.where(MESSAGE.c.message_id.in_(some)))
            ]
        return [Ref(mailbox=row.mailbox, id=row.ref, folder=row.folder) for row in rows]

    def campaigns(self, tenant: str | None = None) -> list[Campaign]:
        """Every campaign, newest first."""
        with self.reading() as connection:
            return campaigns.campaigns(connection, tenant)

    def campaign_id(self, prefix: str) -> str:
        """The one campaign whose id begins so. Raises: NoSuchId with the remedy."""
        query = select(CAMPAIGN.c.id).where(CAMPAIGN.c.id.startswith(prefix.strip().lower(), autoescape=True)).limit(3)
        with self.reading() as connection:
            found: Sequence[str] = connection.execute(query).scalars().all()
        if len(found) != 1:
            what = "no campaign begins" if not found else "several campaigns begin"
            raise NoSuchId(f"{prefix}: {what} like that. `mailkeep campaigns` lists them.")
        return found[0]

    def campaign(self, campaign: str) -> Campaign:
        """The campaign of this id. Takes: an id or its beginning. Raises: NoSuchId."""
        found = self.campaign_id(campaign)
        with self.reading() as connection:
            return campaigns.campaigns(connection, campaign=found)[0]

    def originals(self, campaign: str) -> list[Original]:
        """What the copies of a campaign are searched for by."""
        with self.reading() as connection:
            return campaigns.originals(connection, campaign)

    def sent_since(self, tenant: str, mailboxes: Sequence[str], since: datetime) -> list[SentMail]:
        """What the owners of these mailboxes sent since then."""
        with self.reading() as connection:
            return campaigns.sent_since(connection, tenant, mailboxes, since)

    def reach(self, campaign: str) -> list[str]:
        """Ids of every mail that a claw-back of this campaign must pull."""
        with self.reading() as connection:
            return campaigns.reach(connection, campaign)

    def threats_in_sight(self, tenant: str, before: datetime) -> list[Threat]:
        """Threats received before then that lie where their owners can open them, newest first."""
        with self.reading() as connection:
            return threats.in_sight(connection, tenant, before)

    def summary(self) -> Summary:
        """Everything counted."""
        with self.reading() as connection:
            return counting.summary(connection, self.path.stat().st_size)

    def label_counts(self, tenant: str) -> dict[str, int]:
        """Label → mails of this tenant that bear it."""
        with self.reading() as connection:
            return counting.label_counts(connection, tenant)

    def _reports(self, page: Sequence[Any]) -> Iterator[Report]:
        deeds = self.ledger.of_messages([row["id"] for row in page])
        return (reports.report_of(row, deeds) for row in page)

    # --- trouble ----------------------------------------------------------------------------------------------------

    def note_trouble(self, tenant: str, about: str, kind: str, says: str, at: datetime) -> None:
        """Notes what stands in the way, or that it still does."""
        row = {"tenant": tenant, "about": about, "kind": kind, "says": says, "since": ms(at), "at": ms(at), "times": 1}
        same = (TROUBLE.c.tenant == tenant, TROUBLE.c.about == about, TROUBLE.c.kind == kind)
        with self.writing() as connection:
            before = connection.execute(select(TROUBLE.c.since, TROUBLE.c.times).where(*same)).first()
            if before is not None:
                row.update(since=before.since, times=before.times + 1)
            put(connection, TROUBLE, [row])

    def clear_trouble(self, tenant: str, about: str, kinds: Collection[str]) -> None:
        """It works again. Costs: nothing is written where nothing stood in the way."""
        with self.reading() as connection:
            met = set(connection.execute(_TROUBLES, {"tenant": tenant, "about": about}).scalars())
        if met.isdisjoint(kinds):
            return
        with self.writing() as connection:
            same = (TROUBLE.c.tenant == tenant, TROUBLE.c.about == about, TROUBLE.c.kind.in_(kinds))
            connection.execute(delete(TROUBLE).where(*same))

    def fold_troubles(self, tenant: str, kinds: Collection[str]) -> None:
        """Takes back the troubles of these kinds about parts of the tenant: one about the whole stands for them."""
        with self.writing() as connection:
            of_parts = (TROUBLE.c.tenant == tenant, TROUBLE.c.about != tenant, TROUBLE.c.kind.in_(kinds))
            connection.execute(delete(TROUBLE).where(*of_parts))

    def troubles(self) -> list[Trouble]:
        """Everything that stands in the way now, oldest first."""
        with self.reading() as connection:
            rows = connection.execute(select(TROUBLE).order_by(TROUBLE.c.since)).mappings().all()
        return [Trouble(**{**row, "since": moment(row["since"]), "at": moment(row["at"])}) for row in rows]

    def dead_letters(self) -> list[DeadLetter]:
        """Work that was given up, oldest first."""
        columns = [DEAD_LETTER.c[name] for name in ("lane", "job", "tenant", "attempts", "why", "at")]
        with self.reading() as connection:
            rows = connection.execute(select(*columns).order_by(DEAD_LETTER.c.id)).mappings().all()
        return [DeadLetter(**{**row, "at": moment(row["at"])}) for row in rows]


def open_store(path: Path) -> Store:
    """The store in this file, made or brought up to date first. Raises: StoreError with the remedy."""
    prepare_place(path)
    return Store(path)

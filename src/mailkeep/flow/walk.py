"""One tenant while it is walked: its connector, its memory, and the lock that keeps a second walker out."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from mailkeep.connect.port import Connector, Sparing
from mailkeep.detect.run import Fault
from mailkeep.facts.vantage import Vantage
from mailkeep.flow.ahead import Readers
from mailkeep.flow.house import House, Tenant
from mailkeep.flow.judging import Judge
from mailkeep.flow.notice import Note, Notice, Step
from mailkeep.flow.precedence import Precedence
from mailkeep.kit.mailboxes import is_free_mail
from mailkeep.kit.trouble import OperatorError
from mailkeep.people.directory import Directory, Mailbox
from mailkeep.profile.memory import Memory
from mailkeep.store.naming import short_id
from mailkeep.store.shelf import SqlShelf


@dataclass(slots=True, kw_only=True)
class Walk:
    """What the corridor has in hand while it goes through one tenant."""

    house: House
    tenant: Tenant
    connector: Connector
    mailboxes: tuple[Mailbox, ...]
    shelf: SqlShelf
    judge: Judge
    notice: Notice
    readers: Readers = field(default_factory=Readers)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    """Mailbox → why it could not be read to its end."""
    outage: str = ""
    """Why no mailbox at all can be reached now; it is told of once, not for each mailbox."""
    kept_at: datetime | None = None
    """When mail was kept last."""
    precedence: Precedence = field(default_factory=Precedence)
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    """Rings when something may be owed in the live lane."""
    _named: dict[str, Mailbox] = field(default_factory=dict)
    _named_of: tuple[Mailbox, ...] = ()

    def nudge(self) -> None:
        """Work was put into the live lane: it is looked for at once."""
        self.bell.set()

    def tell(self, step: Step, mailbox: Mailbox | None = None, mails: int = 0, of: int = 0, says: str = "") -> None:
        """Says a step of the corridor."""
        about = (mailbox.address or mailbox.id) if mailbox else ""
        self.notice(Note(step=step, tenant=self.tenant.name, mailbox=about, mails=mails, of=of, says=says))

    async def list_again(self) -> None:
        """Notices mailboxes that came or went. Raises: ProviderTrouble."""
        self.mailboxes = grouped(await self.connector.mailboxes(), self.tenant)

    def report(self, verdicts: Sequence[str]) -> None:
        """Says what is kept of these verdicts."""
        if not verdicts:
            return
        for report in self.house.store.reports_of(verdicts):
            self.notice(Note(step=Step.REPORTED, tenant=self.tenant.name, mailbox=report.mailbox, report=report))

    def all_caught_up(self) -> bool:
        """True when every mailbox was read to its end at least once."""
        done = self.house.store.caught_up(self.tenant.name)
        return all(mailbox.id in done or mailbox.id in self.troubles for mailbox in self.mailboxes)

    def desks(self, mailbox: Mailbox) -> dict[bool, Judge]:
        """The judges of this mailbox, by whether a mail lies in the Sent folder."""
        return {sent: self.judge.standing_at(mailbox, sent_folder=sent) for sent in (False, True)}

    def mailbox(self, mailbox_id: str) -> Mailbox:
        """The mailbox of this id; one that is not listed any more is known by its id alone."""
        return self.listed(mailbox_id) or Mailbox(id=mailbox_id, address="")

    def listed(self, name: str) -> Mailbox | None:
        """The mailbox of this id or address, as notices name it; None for one that the provider does not list."""
        if self._named_of is not self.mailboxes:
            self._named_of = self.mailboxes
            self._named = {each.address: each for each in self.mailboxes} | {each.id: each for each in self.mailboxes}
        return self._named.get(name)

    def meet_trouble(self, mailbox: Mailbox, kind: str, says: str) -> None:
        """Notes that the provider stands in the way of this mailbox."""
        self.troubles[mailbox.id] = says
        if self.outage:
            return
        self.house.store.note_trouble(self.tenant.name, mailbox.id, kind, says, self.house.clock())
        self.tell(Step.TROUBLE, mailbox, says=says)

    def note_faults(self, faults: Sequence[Fault]) -> None:
        """Notes the detectors that broke: the mail went on without them, and a person should know."""
        for fault in faults:
            self.house.store.note_trouble(self.tenant.name, fault.detector, "detector", fault.what, self.house.clock())


@asynccontextmanager
async def walking(house: House, tenant_name: str, notice: Notice) -> AsyncIterator[Walk]:
    """A walk through this tenant, alone. Raises: ProviderTrouble, OperatorError when another process walks it."""
    tenant = house.tenant(tenant_name)
    with alone(house.store.path, tenant.name):
        async with tenant.connected() as connector:
            if isinstance(connector, Sparing):
                connector.spare(partial(house.store.known, tenant.name))
            mailboxes = grouped(await connector.mailboxes(), tenant)
            shelf = house.store.shelf(tenant.name)
            memory = Memory(shelf, _stated(tenant, mailboxes))
            judge = Judge(bench=house.bench, memory=memory, vantage=Vantage(boundary=tenant.boundary))
            yield Walk(
                house=house,
                tenant=tenant,
                connector=connector,
                mailboxes=mailboxes,
                shelf=shelf,
                judge=judge,
                notice=notice,
            )


@contextmanager
def alone(database: Path, tenant: str) -> Iterator[None]:
    """Keeps other processes from learning the same tenant; the lock dies with its process. Raises: OperatorError."""
    path = database.with_name(f"{database.stem}-{short_id('walk', tenant)}.lock")
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OperatorError(
                f"{tenant}: another mailkeep scan or watch is at work on this tenant. Stop it first, or wait for its end."
            ) from error
        yield


def grouped(mailboxes: tuple[Mailbox, ...], tenant: Tenant) -> tuple[Mailbox, ...]:
    """The mailboxes with the groups that the operator put them in."""
    groups = ((each, tenant.groups.get(each.address, each.group)) for each in mailboxes)
    return tuple(msgspec.structs.replace(each, group=group) for each, group in groups)


def _stated(tenant: Tenant, mailboxes: tuple[Mailbox, ...]) -> Directory:
    """The operator's directory; where it names no domain, the mailboxes' own are ours from the first mail on."""
    if tenant.directory.own_domains:
        return tenant.directory
    domains = {mailbox.address.rpartition("@")[2] for mailbox in mailboxes} - {""}
    own = frozenset(domain for domain in domains if not is_free_mail(domain))
    return msgspec.structs.replace(tenant.directory, own_domains=own)

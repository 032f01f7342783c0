"""The state of a made-up Google Workspace, and the hands of its users and administrators."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from mailkeep.simulator.google.filters import MailSettings, arriving
from mailkeep.simulator.google.keys import ServiceAccount
from mailkeep.simulator.google.mailbox import Event, Mail, Mailbox
from mailkeep.simulator.google.push import Watches
from mailkeep.simulator.google.queues import PubSub
from mailkeep.simulator.google.reports import Audit
from mailkeep.simulator.google.scopes import scopes
from mailkeep.simulator.google.tokens import Keyring

PROJECT = "mailkeep-sim"
DOMAIN = "northwind-harbour.example"
FOLDERS = {"inbox": "INBOX", "sent": "SENT", "trash": "TRASH", "spam": "SPAM", "drafts": "DRAFT", "draft": "DRAFT"}
"""Plain words for the places that a mail may be delivered to or moved to."""
PLACES = frozenset({"INBOX", "TRASH", "SPAM"})


@dataclass(slots=True)
class AppToken:
    """What a user granted to somebody's application."""

    client_id: str
    name: str
    scopes: tuple[str, ...]
    native: bool = False


@dataclass(slots=True, eq=False)
class Person:
    """One user of the directory, with the mailbox that belongs to it."""

    id: str
    address: str
    name: str
    clock: Callable[[], float]
    heard: Callable[[Mailbox, Event], None]
    aliases: tuple[str, ...] = ()
    manager: str = ""
    title: str = ""
    department: str = ""
    unit: str = "/"
    admin: bool = False
    suspended: bool = False
    two_step: bool = True
    gmail: bool = True
    """False: no Gmail licence."""
    created_at: float = 0.0
    signed_out: int = 0
    """How often all sessions were ended."""
    apps: dict[str, AppToken] = field(default_factory=dict)
    settings: MailSettings = field(default_factory=MailSettings)
    made: Mailbox | None = None

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox, made when first looked at: ten thousand idle ones cost little."""
        if self.made is None:
            self.made = Mailbox(self.address, self.clock, self.heard)
        return self.made


@dataclass(slots=True)
class Group:
    """A mailing list."""

    id: str
    address: str
    name: str
    members: tuple[str, ...] = ()


class Workspace:
    """A whole tenant."""

    def __init__(self, domain: str = DOMAIN, *, clock: Callable[[], float] = time.time, project: str = PROJECT) -> None:
        self.domain = domain
        self.true_clock = clock
        self.skew_s = 0.0
        """How far Google's clock is off."""
        self.url = ""
        """Where it is served; set by the server."""
        self.people: dict[str, Person] = {}
        """By primary address, lower case."""
        self.groups: dict[str, Group] = {}
        self.sent_out: list[tuple[str, str, bytes]] = []
        """(from, to, raw) of mail that left the domain, forwarded or sent."""
        self.keyring = Keyring(project, self.clock)
        self.pubsub = PubSub(project, self.clock)
        self.watches = Watches(self.pubsub, self.clock)
        self.audit = Audit(self.clock)
        self._named: dict[str, Person] = {}
        self._ids = count(1)
        self._seqs = count(1)

    def clock(self) -> float:
        """The moment by Google's clock, in seconds since 1970."""
        return self.true_clock() + self.skew_s

    # --- people -----------------------------------------------------------------------------------------------------

    def add_person(self, address: str, name: str = "", **known: object) -> Person:
        """A new user. Takes: any further field of `Person`."""
        address = address.lower()
        if address in self._named:
            raise ValueError(f"{address}: is a user or an alias already. Choose another address.")
        person = Person(
            id=f"1{next(self._ids):020d}",
            address=address,
            name=name or address.partition("@")[0].replace(".", " ").title(),
            clock=self.clock,
            heard=self.watches.heard,
            created_at=self.clock(),
            **known,  # type: ignore[arg-type]
        )
        self.people[address] = person
        for key in (address, person.id, *person.aliases):
            self._named[key.lower()] = person
        return person

    def add_group(self, address: str, members: Iterable[str], name: str = "") -> Group:
        """A new mailing list."""
        group = Group(f"0{next(self._ids):014d}", address.lower(), name or address.partition("@")[0], tuple(members))
        self.groups[group.address] = group
        return group

    def find(self, key: str) -> Person | None:
        """The user of that address, alias or id."""
        return self._named.get(key.lower())

    def person(self, key: str) -> Person:
        """The same. Raises: KeyError."""
        return self._named[key.lower()]

    def spoken_for(self, address: str) -> str:
        """The primary address of the user a service account may impersonate under this one; "" for nobody."""
        person = self.find(address)
        return "" if person is None or person.suspended else person.address

    # --- the administrator's hands ----------------------------------------------------------------------------------

    def grant(self, app: str, permissions: Iterable[str]) -> ServiceAccount:
        """Delegates exactly these scopes to a service account, which is made when missing.

        Takes: full scopes or short names ("gmail.readonly", "mail" for https://mail.google.com/).
        """
        account = self.keyring.account(app)
        account.delegated = {each if "://" in each else next(iter(scopes(each))) for each in permissions}
        return account

    def revoke(self, app: str) -> None:
        """Takes the delegation away; tokens handed out for it stop working."""
        self.keyring.account(app).delegated = set()

    # --- the users' hands -------------------------------------------------------------------------------------------

    def deliver(
        self,
        address: str,
        raw: bytes,
        *,
        folder: str = "INBOX",
        at: datetime | None = None,
        labels: Iterable[str] = ("UNREAD",),
    ) -> str:
        """A mail arrives; gives its id.

        Takes: `folder`: inbox, sent, trash, spam, drafts, "" for the archive, or a label, which is made when missing;
        `labels`: further ones. Filters and forwarding act on what comes to the inbox.
        """
        person = self.person(address)
        place = self._place(person.mailbox, folder)
        on = {*([place] if place else []), *labels}
        if place in {"SENT", "DRAFT"}:
            on.discard("UNREAD")
        if place != "INBOX" or person.settings.quiet:
            return self.put(person, raw, on, at).id
        arrival = arriving(person.settings, raw, on, person.mailbox)
        mail = self.put(person, raw, arrival.labels, at)
        for target in arrival.forwards:
            self.send(person.address, target, raw)
        return mail.id

    def put(self, person: Person, raw: bytes, labels: Iterable[str], at: datetime | None = None) -> Mail:
        """A mail exactly so, whatever the filters say."""
        moment = self.clock() if at is None else at.timestamp()
        return person.mailbox.put(raw, labels, round(moment * 1000), next(self._seqs))

    def send(self, sender: str, target: str, raw: bytes) -> None:
        """Mail to somebody: delivered to a colleague or to a list's members, else noted in `sent_out`."""
        group = self.groups.get(target.lower())
        for address in group.members if group else (target,):
            if self.find(address) is None:
                self.sent_out.append((sender, address, raw))
            else:
                self.deliver(address, raw)

    def mail(self, address: str, mail_id: str) -> Mail:
        """One mail. Raises: KeyError."""
        return self.person(address).mailbox.mails[mail_id]

    def move(self, address: str, mail_id: str, folder: str) -> None:
        """The user drags a mail to a place or label; "" archives it."""
        mailbox = self.person(address).mailbox
        mail = mailbox.mails[mail_id]
        place = self._place(mailbox, folder)
        former = {label for label in mail.labels if label in PLACES or label in mailbox.labels} - {place}
        mailbox.relabel(mail, add=(place,) if place else (), remove=former)

    def mark(
        self,
        address: str,
        mail_id: str,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        read: bool | None = None,
    ) -> None:
        """The user puts labels on and takes them off, by id or name; `read` sets the read state."""
        mailbox = self.person(address).mailbox
        on = {self._place(mailbox, label) for label in add} | ({"UNREAD"} if read is False else set())
        off = {mailbox.label_named(label) for label in remove} | ({"UNREAD"} if read else set())
        mailbox.relabel(mailbox.mails[mail_id], add=on, remove=off)

    def remove(self, address: str, mail_id: str) -> None:
        """The user deletes a mail for good."""
        mailbox = self.person(address).mailbox
        mailbox.remove(mailbox.mails[mail_id])

    def lying(self, address: str) -> list[Mail]:
        """Everything in a mailbox, oldest first."""
        return list(self.person(address).mailbox.newest_first())[::-1]

    @staticmethod
    def _place(mailbox: Mailbox, folder: str) -> str:
        if not folder:
            return ""
        known = FOLDERS.get(folder.lower()) or mailbox.label_named(folder)
        return known or mailbox.make_label(folder).id

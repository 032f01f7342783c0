"""A Microsoft 365 tenant in memory: its people, their mailboxes, and the apps that were let in.

Its verbs are the hands of users and administrators; tests drive it directly, the server lets apps at it.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from cryptography import x509

from mailkeep.simulator.graph.apps import App, Assignment, Certificate, Secret
from mailkeep.simulator.graph.ids import MalformedIdError, guid
from mailkeep.simulator.graph.letter import Letter, letter_of
from mailkeep.simulator.graph.mailbox import Listener, Mailbox
from mailkeep.simulator.graph.tree import AbsentError, Item

Clock = Callable[[], float]
"""Unix time."""
_SECRET_LIFE = timedelta(days=180)
_PERSON, _APP, _PRINCIPAL, _TENANT = 1, 2, 3, 4


@dataclass(slots=True, eq=False)
class Person:
    """A user of the directory, or a shared mailbox, which is a user nobody signs in as."""

    number: int
    id: str
    address: str
    """Primary, lower case."""
    name: str
    upn: str
    aliases: tuple[str, ...] = ()
    title: str = ""
    department: str = ""
    manager: str = ""
    """Id of a person; empty for none."""
    enabled: bool = True
    purpose: str = "user"
    """userPurpose: user, shared, room, equipment."""
    licensed: bool = True
    """False: has no mailbox that Graph reaches."""


Sorter = Callable[[Person, Letter, str], str | None]
"""A mailbox's rules: the folder where a mail lands instead, None to drop it."""


class Office:
    """The tenant. Everything in it happens at the moment that `clock` tells."""

    def __init__(self, *, name: str = "Northwind Harbour", clock: Clock = time.time, byte_true: bool = False) -> None:
        self.name = name
        self.tenant_id = guid(_TENANT, 1)
        self.clock = clock
        self.byte_true = byte_true
        """True: `/$value` gives the very bytes that were delivered. False: rebuilt, as Exchange does."""
        self.domains: list[str] = []
        """Verified ones, the default first."""
        self.people: dict[str, Person] = {}
        """By id."""
        self.apps: dict[str, App] = {}
        """By client id."""
        self.outbox: list[tuple[str, tuple[str, ...], bytes]] = []
        """(sender, recipients outside, bytes) of what left the tenant."""
        self.listeners: list[Listener] = []
        """Told of every change to a message."""
        self.sorters: list[Sorter] = []
        """Asked, one after the other, where a delivered mail lands."""
        self._by_name: dict[str, Person] = {}
        self._by_number: list[Person] = []
        self._mailboxes: dict[int, Mailbox] = {}

    # administrators

    def add_person(
        self,
        address: str,
        name: str = "",
        *,
        aliases: Iterable[str] = (),
        purpose: str = "user",
        title: str = "",
        department: str = "",
        manager: str = "",
    ) -> Person:
        """A new user, or with purpose "shared", "room" or "equipment" a mailbox that several use. Manager is an address."""
        address = address.lower()
        number = len(self._by_number) + 1
        person = Person(
            number=number,
            id=guid(_PERSON, number),
            address=address,
            name=name or address.partition("@")[0],
            upn=address,
            aliases=tuple(alias.lower() for alias in aliases),
            title=title,
            department=department,
            manager=self.person(manager).id if manager else "",
            enabled=purpose == "user",
            purpose=purpose,
        )
        domain = address.partition("@")[2]
        if domain not in self.domains:
            self.domains.append(domain)
        self.people[person.id] = person
        self._by_number.append(person)
        for known_as in (person.id, address, *person.aliases):
            self._by_name[known_as] = person
        return person

    def remove_person(self, spelled: str) -> None:
        """Deletes the user with the mailbox."""
        person = self.person(spelled)
        del self.people[person.id]
        for known_as in (person.id, person.address, *person.aliases):
            self._by_name.pop(known_as, None)
        self._mailboxes.pop(person.number, None)

    def person(self, spelled: str) -> Person:
        """By id, user principal name, address or alias. Raises: AbsentError."""
        found = self._by_name.get(spelled) or self._by_name.get(spelled.lower())
        if found is None:
            raise AbsentError(spelled)
        return found

    def owner(self, mailbox: Mailbox) -> Person:
        """Whose it is."""
        return self._by_number[mailbox.number - 1]

    def mailbox(self, person: Person | str) -> Mailbox:
        """The mailbox of a person, made when first looked at. Raises: AbsentError."""
        owner = self.person(person) if isinstance(person, str) else person
        found = self._mailboxes.get(owner.number)
        if found is None:
            found = self._mailboxes[owner.number] = Mailbox(owner.number, self.listeners, self.clock)
        return found

    def people_after(self, number: int) -> Iterator[Person]:
        """Everybody in the order of their coming, from behind this number on."""
        return (person for person in islice(self._by_number, number, None) if person.id in self.people)

    def register(self, name: str, permissions: Iterable[str] = (), *, secret: str = "", certificate: str = "") -> App:
        """A new app, consented to. Takes: a client secret that lives 180 days, or the PEM of a certificate, or both."""
        number = len(self.apps) + 1
        app = App(number, guid(_APP, number), guid(_PRINCIPAL, number), name, set(permissions))
        if secret:
            app.secrets.append(Secret(secret, self.now() + _SECRET_LIFE))
        if certificate:
            app.certificates.append(Certificate(x509.load_pem_x509_certificate(certificate.encode())))
        self.apps[app.client_id] = app
        return app

    def grant(self, app: App, permissions: Iterable[str]) -> None:
        """Admin consent to exactly these; none revokes it. Takes effect at once, where Entra waits for the next token."""
        app.permissions = set(permissions)

    def assign(self, app: App, permission: str, addresses: Iterable[str]) -> None:
        """RBAC for Applications: this permission for these mailboxes only, on top of what was consented to."""
        app.assignments.append(Assignment(permission, frozenset(self.person(address).id for address in addresses)))

    # users

    def deliver(
        self, address: str, raw: bytes, *, folder: str = "inbox", at: float | None = None, read: bool = False
    ) -> str | None:
        """A mail arrives; gives its immutable id, None when a rule of the mailbox deleted it at once.

        Takes: folder as a well-known name or id; at as Unix time, now by default; read for mail of the past.
        Raises: AbsentError.
        """
        person, letter = self.person(address), letter_of(raw)
        place = folder
        for sort in self.sorters:
            sorted_to = sort(person, letter, place)
            if sorted_to is None:
                return None
            place = sorted_to
        mailbox = self.mailbox(person)
        item = mailbox.put(
            letter, mailbox.folder_at(place), self.clock() if at is None else at, read=read or place == "sentitems"
        )
        return mailbox.item_id(item, immutable=True)

    def send(self, sender: Person, recipients: Iterable[str], raw: bytes, *, keep: bool = True) -> None:
        """A mail goes out: delivered to ours, noted in `outbox` for the others, kept in Sent Items."""
        outside = []
        for address in dict.fromkeys(each.lower() for each in recipients):
            if address in self._by_name:
                self.deliver(address, raw)
            else:
                outside.append(address)
        if outside:
            self.outbox.append((sender.address, tuple(outside), raw))
        if keep:
            self.deliver(sender.address, raw, folder="sentitems")

    def draft(self, address: str, raw: bytes, *, folder: str = "drafts") -> str:
        """The user begins a letter; gives its immutable id. Raises: AbsentError."""
        mailbox = self.mailbox(address)
        item = mailbox.put(letter_of(raw), mailbox.folder_at(folder), self.clock(), read=True, draft=True)
        return mailbox.item_id(item, immutable=True)

    def send_draft(self, address: str, message: str, *, anew: bool = False) -> str:
        """The user sends the letter as it lies; gives the immutable id of the copy in Sent Items, by rule the draft's own.

        Takes: anew for a copy of its own instead, as programs leave that send by other ways. Raises: AbsentError.
        """
        mailbox, sender = self.mailbox(address), self.person(address)
        item = mailbox.item(message)
        to = [address for name in ("To", "Cc", "Bcc") for _, address in item.letter.people(name)]
        self.send(sender, to, item.letter.raw, keep=False)
        sent = mailbox.folder_at("sentitems")
        if anew:
            mailbox.purge(item)
            item = mailbox.put(item.letter, sent, self.clock(), read=True)
        else:
            mailbox.sent(item, sent)
        return mailbox.item_id(item, immutable=True)

    def move(self, address: str, message: str, folder: str) -> None:
        """The user drags the message to another folder. Raises: AbsentError."""
        mailbox = self.mailbox(address)
        mailbox.move(mailbox.item(message), mailbox.folder_at(folder))

    def mark(
        self,
        address: str,
        message: str,
        *,
        read: bool | None = None,
        flag: str | None = None,
        categories: Iterable[str] | None = None,
    ) -> None:
        """The user reads, flags or categorises. Raises: AbsentError."""
        mailbox = self.mailbox(address)
        item = mailbox.item(message)
        item.is_read = item.is_read if read is None else read
        item.flag = flag or item.flag
        item.categories = item.categories if categories is None else tuple(categories)
        mailbox.touch(item)

    def remove(self, address: str, message: str) -> None:
        """The user deletes for good (Shift+Delete and Purge). Raises: AbsentError."""
        mailbox = self.mailbox(address)
        mailbox.purge(mailbox.item(message))

    def lying(self, address: str, folder: str = "") -> list[Item]:
        """What lies in the mailbox, or in one of its folders (well-known name, id or display name), in order of arrival.

        Raises: AbsentError.
        """
        mailbox = self.mailbox(address)
        if not folder:
            return list(mailbox.items.values())
        try:
            found = mailbox.folder_at(folder)
        except MalformedIdError:
            found = mailbox.folder_named(folder)
        return list(found.items.values())

    def now(self) -> datetime:
        """The clock as a moment in UTC."""
        return datetime.fromtimestamp(self.clock(), UTC)

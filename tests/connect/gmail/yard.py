"""Gmail mailboxes as their users treat them, in a simulated workspace."""

from functools import lru_cache

import msgspec
from tests.connect.contract import ADA, BEN, NOON, Lying, plain

from mailkeep.connect.assertions import read_service_account
from mailkeep.connect.gmail.account import GmailAccount
from mailkeep.connect.gmail.client import Client, Desk
from mailkeep.connect.gmail.connector import GmailTenant
from mailkeep.connect.gmail.reader import Reader
from mailkeep.connect.gmail.wire import DIRECTORY, MODIFY, READ, SEND
from mailkeep.connect.grants import Tier
from mailkeep.connect.http import Http
from mailkeep.simulator.google.tokens import Key, ServiceAccount
from mailkeep.simulator.google.workspace import Workspace

ADMIN = "root@corp.example"
DELEGATED = {
    Tier.OBSERVE: (READ, DIRECTORY, SEND),
    Tier.FLAG: (MODIFY,),
    Tier.REMEDIATE: (MODIFY,),
}
PLACES = {"TRASH": "Trash", "SPAM": "Spam", "INBOX": "INBOX", "DRAFT": "Drafts", "SENT": "Sent"}
WORDS = {"seen": ("UNREAD", False), "flagged": ("STARRED", True)}
"""Flag → (label, whether it is on when the flag is)."""


@lru_cache
def key_of(tier):
    """A key pair for the whole run: making one takes a tenth of a second."""
    return Key.made()


def workspace():
    """A company of two, its administrator without a mailbox, and a service account for each tier."""
    made = Workspace("corp.example")
    made.add_person(ADMIN, gmail=False, admin=True)
    for address in (ADA, BEN):
        made.add_person(address)
    for tier, scopes in DELEGATED.items():
        email = f"{tier}@{made.keyring.project}.iam.gserviceaccount.com"
        key = key_of(tier)
        made.keyring.accounts[email] = ServiceAccount(
            str(tier), email, f"10{len(made.keyring.accounts)}", made.keyring.project, {key.id: key}, set(scopes)
        )
    made.pubsub.topic("mail")
    made.pubsub.subscription("mail", "mail")
    return made


class GmailYard:
    """Mailboxes, and the hands of their users."""

    mailbox_ids = False
    folders = True

    def __init__(self, simulator) -> None:
        self.simulator = simulator
        self.workspace = simulator.workspace

    def account(self, **more):
        """What a connector is made of."""
        accounts = {account.name: account for account in self.workspace.keyring.accounts.values()}
        keys = {
            tier: read_service_account(
                msgspec.json.encode(accounts[str(tier)].key_file(self.simulator.url)), "key.json"
            )
            for tier in DELEGATED
        }
        return GmailAccount(**{"keys": keys, "admin": ADMIN, "api_url": self.simulator.url, **more})

    def connector(self, **more):
        return GmailTenant(self.account(**more))

    def reader(self, **more):
        """A reader of its own line."""
        return Reader(Client(self.account(**more), Http()))

    def desk(self, address=ADA, tier=Tier.OBSERVE):
        """A desk at this mailbox."""
        return Desk(mailbox=self.workspace.person(address).id, address=address, tier=tier)

    def delegate(self, tier, *scopes):
        """The administrator delegates exactly these."""
        self.workspace.grant(str(tier), scopes)

    def deliver(self, mailbox, raw, folder="INBOX", at=NOON, flags=frozenset()):
        labels = {label for flag, (label, on) in WORDS.items() if (flag in flags) is on}
        return self.workspace.deliver(mailbox, raw, folder=folder, at=at, labels=labels)

    def mail(self, mailbox, raw):
        return next(mail for mail in self.workspace.lying(mailbox) if plain(mail.raw) == raw)

    def move(self, mailbox, raw, folder):
        mail = self.mail(mailbox, raw)
        self.workspace.move(mailbox, mail.id, folder)
        self.workspace.person(mailbox).mailbox.relabel(mail, remove=("DRAFT",))

    def mark(self, mailbox, raw, flags):
        on = {label for flag, (label, on) in WORDS.items() if (flag in flags) is on}
        off = {label for label, _ in WORDS.values()} - on
        mail = self.mail(mailbox, raw)
        self.workspace.person(mailbox).mailbox.relabel(mail, add=on, remove=off)

    def remove(self, mailbox, raw):
        self.workspace.remove(mailbox, self.mail(mailbox, raw).id)

    def remove_folder(self, mailbox, folder):
        box = self.workspace.person(mailbox).mailbox
        box.drop_label(box.label_named(folder))

    def lying(self, mailbox):
        return [self._lying(mailbox, mail) for mail in self.workspace.lying(mailbox)]

    def _lying(self, mailbox, mail):
        names = self.workspace.person(mailbox).mailbox.labels
        own = sorted(names[label].name for label in mail.labels if label in names)
        place = next((place for label, place in PLACES.items() if label in mail.labels), own[0] if own else "All Mail")
        return Lying(place, frozenset({*own, *(mail.labels - names.keys())}), plain(mail.raw))

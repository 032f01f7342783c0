"""Graph mailboxes as their users treat them, on the simulator, and the tenant that Mailkeep is let into."""

import functools
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.connect.contract import ADA, BEN, NOON, Lying

from mailkeep.connect.assertions import read_certificate
from mailkeep.connect.grants import Tier
from mailkeep.connect.graph.account import GraphAccount, GraphApp
from mailkeep.connect.graph.connector import GraphTenant
from mailkeep.connect.graph.wire import CATEGORY
from mailkeep.connect.port import FLAG_KEYWORD
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.tree import ROOT, WELL_KNOWN

OURS = {
    "INBOX": "inbox",
    "Sent": "sentitems",
    "Trash": "deleteditems",
    "Drafts": "drafts",
    "Junk": "junkemail",
    "Archive": "archive",
    "Recoverable Items": "recoverableitemsdeletions",
}
NAMES = {WELL_KNOWN[known][0]: name for name, known in OURS.items()}
PERMISSIONS = {
    Tier.OBSERVE: ("Mail.Read", "Mail.Send", "User.Read.All"),
    Tier.FLAG: ("Mail.ReadWrite",),
    Tier.REMEDIATE: ("Mail.ReadWrite",),
}


@functools.cache
def pem(name="mailkeep", days=400):
    """(private key and certificate, the certificate alone), both PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime.now(UTC) - timedelta(days=30)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(begins).not_valid_after(begins + timedelta(days=days + 30))
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate, certificate.decode()


class GraphYard:
    """A tenant with two people; its simulator is running."""

    mailbox_ids = False
    folders = True

    def __init__(self, simulator):
        self.simulator = simulator
        self.office: Office = simulator.office
        for address in (ADA, BEN):
            self.office.add_person(address)
        both, public = pem()
        self.apps = {}
        self.registered = {
            tier: self.office.register(tier, permissions, certificate=public)
            for tier, permissions in PERMISSIONS.items()
        }
        self.apps = {
            tier: GraphApp(client_id=app.client_id, certificate=read_certificate(both, "test.pem"))
            for tier, app in self.registered.items()
        }

    def account(self, **more):
        account = {
            "tenant_id": self.office.tenant_id,
            "apps": self.apps,
            "api_url": self.simulator.url,
            "login_url": self.simulator.url,
        }
        return GraphAccount(**{**account, **more})

    def connector(self, **more):
        return GraphTenant(self.account(**more))

    def folder_of(self, mailbox, name):
        """The folder of this name, made when missing."""
        box = self.office.mailbox(mailbox)
        if name in OURS:
            return box.folder_at(OURS[name])
        parent = ROOT
        steps = name.split("/")
        if steps[0] in OURS:
            parent = box.folder_at(OURS[steps.pop(0)]).number
        for step in steps:
            known = next((each for each in box.folders(parent) if each.name == step), None)
            parent = (known or box.make_folder(step, parent)).number
        return box.folder(parent)

    def name_of(self, mailbox, number):
        if number in NAMES:
            return NAMES[number]
        box = self.office.mailbox(mailbox)
        folder = box.folder(number)
        return folder.name if folder.parent == ROOT else f"{self.name_of(mailbox, folder.parent)}/{folder.name}"

    def deliver(self, mailbox, raw, folder="INBOX", at=NOON, flags=frozenset()):
        box = self.office.mailbox(mailbox)
        lies = self.folder_of(mailbox, folder)
        message = self.office.deliver(mailbox, raw, folder=box.folder_id(lies.number), at=at.timestamp())
        self.put_marks(mailbox, message, flags)
        return message

    def put_marks(self, mailbox, message, flags):
        flag = "flagged" if "flagged" in flags else "complete" if "complete" in flags else "notFlagged"
        names = [each.removeprefix("category:") for each in sorted(flags) if each.startswith("category:")]
        self.office.mark(mailbox, message, read="seen" in flags, flag=flag, categories=names)

    def item(self, mailbox, raw):
        return next(item for item in self.office.lying(mailbox) if item.letter.raw == raw)

    def id_of(self, mailbox, raw):
        return self.office.mailbox(mailbox).item_id(self.item(mailbox, raw), immutable=True)

    def move(self, mailbox, raw, folder):
        box = self.office.mailbox(mailbox)
        box.move(self.item(mailbox, raw), self.folder_of(mailbox, folder))

    def mark(self, mailbox, raw, flags):
        self.put_marks(mailbox, self.id_of(mailbox, raw), flags)

    def remove(self, mailbox, raw):
        self.office.remove(mailbox, self.id_of(mailbox, raw))

    def remove_folder(self, mailbox, folder):
        self.office.mailbox(mailbox).drop_folder(self.folder_of(mailbox, folder))

    def lying(self, mailbox):
        return [
            Lying(self.name_of(mailbox, item.folder), self.flags_of(item), item.letter.raw)
            for item in self.office.lying(mailbox)
        ]

    def flags_of(self, item):
        found = {FLAG_KEYWORD if each == CATEGORY else f"category:{each}" for each in item.categories}
        return frozenset(found | ({"seen"} if item.is_read else set()) | ({item.flag} - {"notFlagged"}))

"""IMAP mailboxes as their users' mail programs treat them."""

from imapclient import IMAPClient
from tests.connect.contract import NOON, Lying, plain
from tests.connect.dovecot import MASTER, PASSWORD, USERS

from mailkeep.connect.imap import ImapAccount, ImapTenant
from mailkeep.connect.imap_words import flags_of, words_of


class ImapYard:
    """IMAP mailboxes as other clients treat them."""

    mailbox_ids = False
    folders = True

    def __init__(self, server) -> None:
        self.server = server
        self.clients = {}

    def connector(self, **more):
        account = {
            "host": "127.0.0.1",
            "port": self.server.port,
            "tls": False,
            "user": MASTER,
            "password": PASSWORD,
            "mailboxes": USERS,
        }
        return ImapTenant(ImapAccount(**{**account, **more}))

    def client(self, mailbox):
        """The user's mail program, which stays logged in."""
        if mailbox not in self.clients:
            self.clients[mailbox] = self.log_in(mailbox)
        client = self.clients[mailbox]
        client.noop()
        return client

    def close(self):
        for client in self.clients.values():
            client.logout()

    def log_in(self, mailbox):
        client = IMAPClient("127.0.0.1", self.server.port, ssl=False)
        client.normalise_times = False
        client.login(f"{mailbox}*{MASTER}", PASSWORD)
        return client

    def deliver(self, mailbox, raw, folder="INBOX", at=NOON, flags=frozenset()):
        client = self.client(mailbox)
        if not client.folder_exists(folder):
            client.create_folder(folder)
        client.append(folder, raw.replace(b"\n", b"\r\n"), words_of(flags), at)

    def at(self, mailbox, raw):
        client = self.client(mailbox)
        for _, _, folder in client.list_folders():
            client.select_folder(folder)
            for uid, row in client.fetch(client.search(), ["BODY.PEEK[]"]).items():
                if plain(row[b"BODY[]"]) == raw:
                    return client, uid
        raise AssertionError("the mail is not there")

    def move(self, mailbox, raw, folder):
        client, uid = self.at(mailbox, raw)
        if not client.folder_exists(folder):
            client.create_folder(folder)
        client.copy([uid], folder)
        client.add_flags([uid], ["\\Deleted"])
        client.expunge()

    def mark(self, mailbox, raw, flags):
        client, uid = self.at(mailbox, raw)
        client.set_flags([uid], words_of(flags))

    def remove(self, mailbox, raw):
        client, uid = self.at(mailbox, raw)
        client.add_flags([uid], ["\\Deleted"])
        client.expunge()

    def remove_folder(self, mailbox, folder):
        client = self.client(mailbox)
        client.select_folder("INBOX")
        client.delete_folder(folder)

    def lying(self, mailbox):
        client = self.client(mailbox)
        found = []
        for _, _, folder in client.list_folders():
            client.select_folder(folder, readonly=True)
            rows = client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"]).values()
            found.extend(Lying(folder, flags_of(row[b"FLAGS"]), plain(row[b"BODY[]"])) for row in rows)
        return found

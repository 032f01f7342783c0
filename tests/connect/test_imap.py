"""IMAP keeps the promises against a real Dovecot, and its own traps are known."""

import asyncio
import shutil
import socket
import threading
from contextlib import aclosing
from datetime import timedelta

import pytest
from imapclient import IMAPClient
from tests.connect.contract import ADA, BEN, NOON, Lying, Promises, box, drain, letter, plain, subjects
from tests.connect.dovecot import MASTER, PASSWORD, USERS, dovecot

from mailkeep.connect.imap import ImapAccount, ImapTenant
from mailkeep.connect.imap_words import flags_of, words_of
from mailkeep.connect.port import FLAG_KEYWORD, ConsentLost, Done, Refused, Unreachable


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
            for row in client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"]).values():
                found.append(Lying(folder, flags_of(row[b"FLAGS"]), plain(row[b"BODY[]"])))
        return found


@pytest.fixture(scope="session")
def server():
    with dovecot() as running:
        yield running


@pytest.fixture(scope="session")
def plain_server():
    """One without MOVE, UIDPLUS and the rest."""
    with dovecot("IMAP4rev1 LITERAL+ IDLE") as running:
        yield running


def emptied(server):
    """The server's yard with nothing in it."""
    server.begin_anew()
    yard = ImapYard(server)
    yield yard
    yard.close()


@pytest.fixture
def yard(server):
    yield from emptied(server)


@pytest.fixture
async def connector(yard):
    connector = yard.connector()
    yield connector
    await connector.close()


class TestImap(Promises):
    """The promises."""

    async def quiet(self, changes):
        await asyncio.sleep(1.0)


class TestPlainImap(Promises):
    """The promises, of a server that knows little."""

    @pytest.fixture
    def yard(self, plain_server):
        yield from emptied(plain_server)

    async def quiet(self, changes):
        await asyncio.sleep(1.0)

    async def test_it_knows_little_indeed(self, yard):
        assert not yard.client(ADA).has_capability("MOVE")
        assert not yard.client(ADA).has_capability("UIDPLUS")


@pytest.fixture
def plain_yard(plain_server):
    yield from emptied(plain_server)


async def test_reading_leaves_no_trace(yard, connector):
    yard.deliver(ADA, letter(1))
    (mail,), _ = await drain(connector)
    await connector.again(mail.ref)
    assert [each.flags for each in yard.lying(ADA)] == [frozenset()]


async def test_a_flag_sets_the_star_and_our_keyword(yard, connector):
    yard.deliver(ADA, letter(1))
    (mail,), _ = await drain(connector)
    await connector.flag(mail.ref)
    assert yard.lying(ADA)[0].flags == {"flagged", FLAG_KEYWORD}


async def test_a_changed_uidvalidity_gives_the_same_ids(yard, connector):
    for number in range(6):
        yard.deliver(ADA, letter(number))
    first, cursor = await drain(connector)
    await connector.close()
    for path in yard.server.mail(ADA).glob("dovecot*"):
        path.unlink()
    (yard.server.mail(ADA) / "dovecot-uidlist").write_text("3 V1234567 N1 G0123456789abcdef0123456789abcdef\n")
    later = yard.connector()
    again, cursor = await drain(later, cursor)
    assert {each.ref.id for each in again} == {each.ref.id for each in first}
    assert len(again) == 6
    assert (await drain(later, cursor))[0] == []
    assert (await later.quarantine(first[0].ref)).done is Done.DONE
    await later.close()


async def test_a_mailbox_is_opened_with_its_own_password_too(yard):
    yard.deliver(ADA, letter(1))
    own = yard.connector(user=ADA, password=f"{PASSWORD} of {ADA}", mailboxes=())
    assert [each.address for each in await own.mailboxes()] == [ADA]
    assert len((await drain(own))[0]) == 1
    await own.close()


async def test_tls_is_spoken_and_the_certificate_is_checked(yard):
    yard.deliver(ADA, letter(1))
    if not yard.server.certificate.exists():
        pytest.skip("no openssl on this machine to make a certificate with")
    trusting = yard.connector(port=yard.server.tls_port, tls=True, ca_file=yard.server.certificate)
    assert len((await drain(trusting))[0]) == 1
    async with asyncio.timeout(20), aclosing(trusting.changes()) as changes:
        assert {(await anext(changes)).id, (await anext(changes)).id} == {ADA, BEN}
        await asyncio.sleep(1.0)
        yard.deliver(BEN, letter(2))
        assert (await anext(changes)).id == BEN
    await trusting.close()
    wary = yard.connector(port=yard.server.tls_port, tls=True)
    with pytest.raises(Unreachable, match=r"certificate is not trusted.*ca_file"):
        await wary.mailboxes()
    await wary.close()


@pytest.mark.parametrize(
    ("more", "trouble", "says"),
    [
        ({"password": "wrong"}, ConsentLost, r"does not let .* in.*password_file"),
        ({"mailboxes": ("nobody@corp.example",)}, ConsentLost, "nobody@corp.example"),
        ({"port": 1}, Unreachable, "nobody listens there"),
        ({"host": "host.invalid", "tls": True}, Unreachable, "no such host"),
        ({"host": "192.0.2.1"}, Refused, "without TLS the password would cross the network in clear"),
        ({"tls": True}, Unreachable, "no TLS there"),
    ],
)
async def test_what_stands_in_the_way_is_said_with_the_remedy(yard, more, trouble, says):
    connector = yard.connector(**more)
    with pytest.raises(trouble, match=says) as caught:
        await connector.mailboxes()
    assert PASSWORD not in str(caught.value)
    assert (caught.value.retry_after_s is None) is (trouble is not Unreachable)
    await connector.close()


def test_an_account_never_shows_its_password():
    assert "secret" not in repr(ImapAccount(host="x", user="y", password="secret"))


async def test_a_broken_connection_is_made_anew(yard, connector):
    yard.deliver(ADA, letter(1))
    (mail,), cursor = await drain(connector)
    connector._lines[ADA]._client.socket().shutdown(socket.SHUT_RDWR)
    assert (await connector.quarantine(mail.ref)).done is Done.DONE
    connector._lines[ADA]._client.socket().shutdown(socket.SHUT_RDWR)
    assert (await drain(connector, cursor))[0] == []


async def test_a_server_that_says_nothing_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        hanging_up = threading.Thread(target=lambda: [listening.accept()[0].close() for _ in range(1)])
        hanging_up.start()
        connector = ImapTenant(
            ImapAccount(host="127.0.0.1", port=listening.getsockname()[1], tls=False, user="u", password="p")
        )
        with pytest.raises(Unreachable, match="no answer of an IMAP server"):
            await connector.mailboxes()
        hanging_up.join()
        await connector.close()


async def test_a_large_mail_comes_whole(yard, connector):
    large = letter(1) + b"".join(b"%07d of a large attachment line with some length\n" % n for n in range(200_000))
    yard.deliver(ADA, large)
    (mail,), _ = await drain(connector)
    assert plain(mail.raw) == large


async def test_twins_in_one_folder_move_together_and_come_back(yard, connector):
    for _ in range(2):
        yard.deliver(ADA, letter(1))
    found, _ = await drain(connector)
    before = yard.lying(ADA)
    assert (await connector.quarantine(found[0].ref)).done is Done.DONE
    assert (await connector.quarantine(found[1].ref)).done is Done.ALREADY
    await connector.restore(found[0].ref, found[0].state)
    assert sorted(yard.lying(ADA)) == sorted(before)


async def test_a_removal_without_uidplus_leaves_others_deletions_alone(plain_yard):
    yard = plain_yard
    yard.deliver(ADA, letter(1))
    yard.deliver(ADA, letter(2), flags=frozenset({"trashed"}))
    connector = yard.connector()
    found, _ = await drain(connector)
    mail = next(each for each in found if plain(each.raw) == letter(1))
    await connector.quarantine(mail.ref)
    assert letter(2) in [each.raw for each in yard.lying(ADA)]
    await connector.close()


async def test_a_folder_that_cannot_be_opened_is_told_and_the_rest_goes_on(yard, connector):
    yard.deliver(ADA, letter(1))
    yard.deliver(ADA, letter(2), folder="Closed")
    closed = yard.server.mail(ADA) / ".Closed" / "cur"
    shutil.rmtree(closed.parent)
    closed.parent.write_bytes(b"")
    page = await connector.fetch(await box(connector), None, limit=10)
    assert subjects(list(page.deliveries)) == [letter(1)]


async def test_mail_in_an_old_numbering_is_not_left_out_by_since(yard, connector):
    yard.deliver(ADA, letter(1), at=NOON - timedelta(hours=30))
    found, _ = await drain(connector, since=NOON - timedelta(hours=31))
    assert len(found) == 1

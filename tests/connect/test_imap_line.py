"""A connection is made, made anew, and its troubles are sentences."""

import socket
import threading
from pathlib import Path

import pytest
from tests.connect.contract import ADA, drain, letter
from tests.connect.dovecot import PASSWORD

from mailkeep.connect.imap import ImapAccount, ImapTenant
from mailkeep.connect.port import ConsentLost, Done, Refused, Unreachable


@pytest.fixture
def yard(imap_yard):
    return imap_yard


@pytest.fixture
async def connector(yard):
    connector = yard.connector()
    yield connector
    await connector.close()


@pytest.mark.parametrize(
    ("more", "trouble", "says"),
    [
        ({"password": "wrong"}, ConsentLost, r"does not let .* in.*password_file"),
        ({"mailboxes": ("nobody@corp.example",)}, ConsentLost, "nobody@corp.example"),
        ({"port": 1}, Unreachable, "nobody listens there"),
        ({"host": "host.invalid", "tls": True}, Unreachable, "no such host"),
        ({"host": "192.0.2.1"}, Refused, "without TLS the password would cross the network in clear"),
        ({"tls": True}, Unreachable, "no TLS there"),
        ({"tls": True, "ca_file": Path(__file__)}, Refused, "ca_file: .* cannot be used .*PEM form"),
        ({"tls": True, "ca_file": Path("/nowhere")}, Refused, r"ca_file: /nowhere cannot be used \(No such file"),
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

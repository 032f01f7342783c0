"""Servers for the tests of this room, started once a run and only where a test asks for one."""

import pytest
from tests.connect.dovecot import dovecot
from tests.connect.imap_yard import ImapYard


@pytest.fixture(scope="session")
def server():
    """A Dovecot with all it can."""
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
def imap_yard(server):
    """Empty mailboxes."""
    yield from emptied(server)


@pytest.fixture
def plain_yard(plain_server):
    """Empty mailboxes of a server that knows little."""
    yield from emptied(plain_server)

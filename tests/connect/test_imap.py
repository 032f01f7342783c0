"""IMAP keeps the promises against a real Dovecot."""

import asyncio

import pytest
from tests.connect.contract import ADA, Promises, drain, letter
from tests.connect.dovecot import PASSWORD


@pytest.fixture
def yard(imap_yard):
    return imap_yard


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
    def yard(self, plain_yard):
        return plain_yard

    async def quiet(self, changes):
        await asyncio.sleep(1.0)

    async def test_it_knows_little_indeed(self, yard):
        assert not yard.client(ADA).has_capability("MOVE")
        assert not yard.client(ADA).has_capability("UIDPLUS")
        assert not yard.client(ADA).has_capability("CONDSTORE")


async def test_a_mailbox_is_opened_with_its_own_password_too(yard):
    yard.deliver(ADA, letter(1))
    own = yard.connector(user=ADA, password=f"{PASSWORD} of {ADA}", mailboxes=())
    assert [each.address for each in await own.mailboxes()] == [ADA]
    assert len((await drain(own))[0]) == 1
    await own.close()

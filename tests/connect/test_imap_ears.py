"""New mail is heard at once, over TLS too."""

import asyncio
from contextlib import aclosing

import pytest
from tests.connect.contract import ADA, BEN, drain, letter

from mailkeep.connect.port import Unreachable


@pytest.fixture
def yard(imap_yard):
    return imap_yard


@pytest.fixture
async def connector(yard):
    connector = yard.connector()
    yield connector
    await connector.close()


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

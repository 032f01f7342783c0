"""Pages of new mail, whatever the server did to its numbering."""

import shutil
from datetime import timedelta

import pytest
from tests.connect.contract import ADA, NOON, box, drain, letter, plain, subjects

from mailkeep.connect.port import Done


@pytest.fixture
def yard(imap_yard):
    return imap_yard


@pytest.fixture
async def connector(yard):
    connector = yard.connector()
    yield connector
    await connector.close()


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


async def test_a_large_mail_comes_whole(yard, connector):
    large = letter(1) + b"".join(b"%07d of a large attachment line with some length\n" % n for n in range(200_000))
    yard.deliver(ADA, large)
    (mail,), _ = await drain(connector)
    assert plain(mail.raw) == large


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


async def test_reading_leaves_no_trace(yard, connector):
    yard.deliver(ADA, letter(1))
    (mail,), _ = await drain(connector)
    await connector.again(mail.ref)
    assert [each.flags for each in yard.lying(ADA)] == [frozenset()]

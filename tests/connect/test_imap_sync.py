"""Pages of new mail, whatever the server did to its numbering."""

import base64
import logging
import re
import shutil
from datetime import timedelta

import msgspec
import pytest
from tests.connect.contract import ADA, NOON, box, drain, letter, plain, subjects

from mailkeep.connect.imap_box import Standing
from mailkeep.connect.imap_sync import Reached, read_progress
from mailkeep.connect.port import Done


@pytest.fixture
def yard(imap_yard):
    return imap_yard


@pytest.fixture
async def connector(yard):
    connector = yard.connector()
    yield connector
    await connector.close()


@pytest.fixture
def opened(caplog):
    """Folders the connector opened since it was asked last, by the commands that went over the wire."""
    caplog.set_level(logging.DEBUG, logger="imapclient.imaplib")

    def since_then():
        names = re.findall(r'> b\'\w+ (?:EXAMINE|SELECT) "?([^"\\]+)"?', caplog.text)
        caplog.clear()
        return names

    return since_then


@pytest.fixture(params=["imap_yard", "plain_yard"])
async def either(request):
    """A yard and its connector: of a server with CONDSTORE, and of one without."""
    yard = request.getfixturevalue(request.param)
    connector = yard.connector()
    yield yard, connector
    await connector.close()


async def test_only_a_folder_in_which_mail_arrived_is_opened(either, opened):
    yard, connector = either
    for number, folder in enumerate(("INBOX", "Sent", "Projects")):
        yard.deliver(ADA, letter(number), folder=folder)
    opened()
    _, cursor = await drain(connector, limit=10)
    assert sorted(opened()) == ["INBOX", "Projects", "Sent"]
    found, cursor = await drain(connector, cursor)
    assert (found, opened()) == ([], [])
    yard.deliver(ADA, letter(9), folder="Projects")
    opened()
    found, cursor = await drain(connector, cursor)
    assert (subjects(found), opened()) == ([letter(9)], ["Projects"])
    assert (await drain(connector, cursor))[0] == []


async def test_changed_flags_deliver_nothing_and_open_nothing(either, opened):
    yard, connector = either
    yard.deliver(ADA, letter(1))
    _, cursor = await drain(connector)
    before = read_progress(cursor, None).folders["INBOX"]
    yard.mark(ADA, letter(1), frozenset({"seen", "flagged"}))
    opened()
    found, cursor = await drain(connector, cursor)
    assert (found, opened()) == ([], [])
    after = read_progress(cursor, None).folders["INBOX"]
    assert (after.modseq > before.modseq) is yard.client(ADA).has_capability("CONDSTORE")
    yard.deliver(ADA, letter(2))
    assert subjects((await drain(connector, cursor))[0]) == [letter(2)]


async def test_a_folder_that_was_emptied_is_not_opened(either, opened):
    yard, connector = either
    yard.deliver(ADA, letter(1))
    yard.remove(ADA, letter(1))
    opened()
    found, cursor = await drain(connector)
    assert (found, opened()) == ([], [])
    yard.deliver(ADA, letter(2))
    assert subjects((await drain(connector, cursor))[0]) == [letter(2)]


async def test_a_cursor_from_before_modification_sequences_is_read(yard, connector):
    for number in range(4):
        yard.deliver(ADA, letter(number))
    _, cursor = await drain(connector)
    folders = {name: (each.validity, each.last) for name, each in read_progress(cursor, None).folders.items()}
    old = base64.b85encode(msgspec.msgpack.encode([None, folders])).decode()
    yard.deliver(ADA, letter(9))
    assert subjects((await drain(connector, old))[0]) == [letter(9)]


async def test_mail_that_gets_the_uids_of_others_after_a_backup_came_back_is_read(either):
    yard, connector = either
    for number in range(2):
        yard.deliver(ADA, letter(number))
    maildir, backup = yard.server.mail(ADA), yard.server.mail(ADA).with_name("backup")
    shutil.copytree(maildir, backup)
    for number in range(2, 5):
        yard.deliver(ADA, letter(number))
    _, cursor = await drain(connector)
    await connector.close()
    yard.close()
    yard.clients.clear()
    shutil.rmtree(maildir)
    shutil.copytree(backup, maildir)
    give_away(maildir)
    yard.deliver(ADA, letter(9))
    later = yard.connector()
    found, cursor = await drain(later, cursor)
    assert subjects(found) == [letter(0), letter(1), letter(9)]
    assert (await drain(later, cursor))[0] == []
    await later.close()


def give_away(folder):
    """To the server's user, where that is another than ours."""
    owner = folder.parent.parent.stat().st_uid
    if owner != folder.stat().st_uid:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, owner)


@pytest.mark.parametrize(
    ("now", "covered"),
    [
        (Standing(7, 11, 50), True),
        (Standing(7, 11, 60), True),
        (Standing(7, 12, 60), False),
        (Standing(7, 0, 50), True),
        (Standing(7, 0, 60), False),
        (Standing(7, 0, 0), False),
        (Standing(7, 0, 0, 0), True),
        (Standing(7, 9, 60), False),
        (Standing(7, 9, 60, 0), False),
        (Standing(7, 11, 40), False),
        (Standing(8, 11, 50), False),
        (Standing(8, 1, 1), True),
    ],
)
def test_uidnext_decides_and_where_it_is_not_told_the_modification_sequence(now, covered):
    assert Reached(7, 10, 50).covers(now) is covered


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

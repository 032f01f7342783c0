"""Lists that rest on no cursor, and copies found wherever they lie."""

from datetime import timedelta

from tests.connect.contract import ADA, NOON, box, letter

from mailkeep.connect.port import QUARANTINE_FOLDER
from mailkeep.simulator.graph.tree import ROOT


async def test_every_copy_is_found_in_hidden_folders_and_among_the_recoverable(yard, connector):
    mailbox = yard.office.mailbox(ADA)
    hidden = mailbox.make_folder("Hidden", ROOT, hidden=True)
    yard.deliver(ADA, letter(1))
    yard.office.deliver(ADA, letter(1), folder=mailbox.folder_id(hidden.number))
    yard.office.deliver(ADA, letter(1), folder="recoverableitemsdeletions")
    found = await connector.find(await box(connector), "1@corp.example")
    assert sorted(each.folder for each in found) == ["Hidden", "INBOX", "Recoverable Items"]
    for ref in found:
        await connector.quarantine(ref)
    assert {each.folder for each in yard.lying(ADA)} == {QUARANTINE_FOLDER}
    assert len(await connector.find(await box(connector), "1@corp.example")) == 3


async def test_a_quote_in_a_message_id_does_not_end_it(yard, connector):
    assert await connector.find(await box(connector), "' or receivedDateTime ge 2020-01-01T00:00:00Z or '") == ()


async def test_a_long_list_is_read_to_its_end(yard, connector):
    for number in range(2500):
        yard.deliver(ADA, letter(number, lines=1), at=NOON + timedelta(seconds=number % 60))
    assert len(await connector.listed(await box(connector), NOON)) == 2500
    assert await connector.count(await box(connector), NOON) == 2500
    assert await connector.count(await box(connector)) == 2500


async def test_what_is_purged_is_not_listed(yard, connector):
    yard.office.deliver(ADA, letter(1), folder="recoverableitemsdeletions", at=NOON.timestamp())
    yard.deliver(ADA, letter(2))
    assert len(await connector.listed(await box(connector), NOON)) == 1

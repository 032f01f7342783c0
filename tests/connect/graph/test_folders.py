"""Folders under the names the port gives them."""

import pytest
from tests.connect.contract import ADA, box, drain, letter, subjects
from tests.connect.graph.test_acts import ref_of

from mailkeep.connect.folders import Role
from mailkeep.connect.port import QUARANTINE_FOLDER, Done
from mailkeep.simulator.graph.tree import INBOX, ROOT


@pytest.fixture
async def folders(connector):
    return connector._folders


async def test_well_known_folders_are_called_the_same_in_every_language(yard, connector, folders):
    mailbox = yard.office.mailbox(ADA)
    for known, local in (("inbox", "Posteingang"), ("sentitems", "Gesendet"), ("deleteditems", "Papierkorb")):
        mailbox.folder_at(known).name = local
    found = {each.name: each.role for each in await folders.all((await box(connector)).id)}
    assert found["INBOX"] is Role.INBOX
    assert found["Sent"] is Role.SENT
    assert found["Trash"] is Role.TRASH
    assert "Posteingang" not in found


@pytest.mark.parametrize(
    "name", ["Sent", "trash", "Mailkeep", "A/B", "100%", "%2F", "Über/ & 2026", "Recoverable Items"]
)
async def test_a_folder_of_any_name_is_told_apart_and_found_again(yard, connector, name):
    mailbox = yard.office.mailbox(ADA)
    folder = mailbox.make_folder(name, ROOT)
    yard.office.deliver(ADA, letter(1), folder=mailbox.folder_id(folder.number))
    ref = await ref_of(yard, connector, letter(1))
    state = await connector.state(ref)
    assert state.folder not in {"INBOX", "Sent", "Trash", "Recoverable Items"}
    await connector.quarantine(ref)
    assert (await connector.restore(ref, state)).done is Done.DONE
    assert yard.item(ADA, letter(1)).folder == folder.number
    await connector.quarantine(ref)
    mailbox.drop_folder(folder)
    assert (await connector.restore(ref, state)).done is Done.DONE
    again = mailbox.folder(yard.item(ADA, letter(1)).folder)
    assert (again.name, again.parent) == (name, ROOT)
    assert await connector.state(ref) == state


async def test_hidden_folders_are_read_as_attackers_know_them(yard, connector):
    mailbox = yard.office.mailbox(ADA)
    secret = mailbox.make_folder("Conversation Action", ROOT, hidden=True)
    below = mailbox.make_folder("..", INBOX)
    for number, folder in enumerate((secret, below)):
        yard.office.deliver(ADA, letter(number), folder=mailbox.folder_id(folder.number))
    found, _ = await drain(connector)
    assert subjects(found) == [letter(0), letter(1)]
    listed = await connector.listed(await box(connector), min(each.received_at for each in found))
    assert len(listed) == 2


async def test_deep_folders_are_listed_whatever_their_number(yard, connector, folders):
    mailbox = yard.office.mailbox(ADA)
    parent = ROOT
    for depth in range(12):
        parent = mailbox.make_folder(f"d{depth}", parent).number
    for number in range(300):
        mailbox.make_folder(f"n{number:03}", parent)
    names = [each.name for each in await folders.all((await box(connector)).id)]
    assert f"{'/'.join(f'd{depth}' for depth in range(12))}/n299" in names
    assert names[0] == "INBOX"


async def test_a_quarantine_of_other_capitals_is_ours_too(yard, connector):
    mailbox = yard.office.mailbox(ADA)
    folder = mailbox.make_folder(QUARANTINE_FOLDER.upper(), ROOT)
    yard.office.deliver(ADA, letter(1), folder=mailbox.folder_id(folder.number))
    yard.deliver(ADA, letter(2))
    found, _ = await drain(connector)
    assert subjects(found) == [letter(2)]
    assert (await connector.quarantine(found[0].ref)).done is Done.DONE
    assert len(folder.items) == 2

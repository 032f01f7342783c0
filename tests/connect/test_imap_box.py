"""Mails are found by their bytes, moved and marked."""

import pytest
from tests.connect.contract import ADA, drain, letter, plain

from mailkeep.connect.port import FLAG_KEYWORD, Done


@pytest.fixture
def yard(imap_yard):
    return imap_yard


@pytest.fixture
async def connector(yard):
    connector = yard.connector()
    yield connector
    await connector.close()


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


async def test_a_flag_sets_the_star_and_our_keyword(yard, connector):
    yard.deliver(ADA, letter(1))
    (mail,), _ = await drain(connector)
    await connector.flag(mail.ref)
    assert yard.lying(ADA)[0].flags == {"flagged", FLAG_KEYWORD}

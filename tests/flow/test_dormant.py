from datetime import timedelta

import pytest
from tests.flow.company import START, letter, phish

from mailkeep.connect.port import Unreachable
from mailkeep.decide.nouns import Act
from mailkeep.flow.hands import by_hand
from mailkeep.flow.scan import scan


@pytest.fixture
def asleep(post):
    for name in ("ada", "ben"):
        post.post(name, letter(1, to=name), at=START)
        post.post(name, phish(9, to=name), at=START + timedelta(days=2), flags={"seen"} if name == "ada" else ())
    post.post("ben", phish(9, to="ben"), at=START + timedelta(days=1))
    return post


async def test_what_is_asleep_is_counted_by_kind_and_campaign_with_the_command_that_pulls_it(asleep, house):
    dormant = (await scan(house, "corp")).dormant
    assert dormant.mails == 3
    (kind,) = dormant.attacks
    assert kind.attack == "credential_phishing"
    lying = kind.lying
    assert (lying.mails, lying.mailboxes, lying.read, lying.unread) == (3, 2, 1, 2)
    assert lying.oldest == START + timedelta(days=1)
    (campaign,) = dormant.campaigns
    assert campaign.pull == f"mailkeep clawback {house.store.campaigns()[0].id}"
    assert (campaign.lying, campaign.subject) == (lying, "Urgent: your mailbox will be closed today")


async def test_what_was_taken_out_of_sight_is_not_asleep_until_it_is_brought_back(asleep, house):
    await scan(house, "corp", act=True)
    assert (await scan(house, "corp")).dormant.mails == 0
    first = next(house.store.reports()).id
    await by_hand(house, [first], Act.RESTORE, by="ann")
    assert (await scan(house, "corp")).dormant.mails == 1


async def test_what_its_owner_removed_is_not_counted_and_what_nobody_can_tell_is_neither_read_nor_unread(asleep, house):
    await scan(house, "corp")
    asleep.remove(asleep.mails["ben"][2].ref)
    assert (await scan(house, "corp")).dormant.mails == 2
    asleep.trouble["state"] = [Unreachable("no answer")] * 2
    lying = (await scan(house, "corp")).dormant.attacks[0].lying
    assert (lying.mails, lying.read + lying.unread) == (2, 0)

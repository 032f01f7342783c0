from datetime import timedelta

import msgspec
import pytest
from tests.flow.company import letter

from mailkeep.connect.port import Refused
from mailkeep.flow.gaps import look_at
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import walking
from mailkeep.flow.watch import watch
from mailkeep.store.due import LIVE_LANE, Owed

MINUTE = timedelta(minutes=1)
OVERLAP = 15 * MINUTE


@pytest.fixture
async def read(house):
    """The house after its mailboxes were read to their end once: from here on nothing may be missed."""
    await watch(house, "corp", once=True)
    return house


async def look(house, last=None, overlap=OVERLAP, heard=lambda _: None):
    async with walking(house, "corp", heard) as walk:
        return await look_at(walk, walk.mailboxes[0], last, overlap)


def owed(house):
    return house.store.due.waiting("live", "corp")[0]


async def test_nothing_is_promised_before_a_mailbox_was_read_to_its_end_or_its_scan_began(house):
    assert await look(house) is None


async def test_a_mailbox_in_which_all_was_judged_is_proved_up_to_now(read, post, clock):
    post.post("ada", letter(1), at=clock() + MINUTE)
    await watch(read, "corp", once=True)
    clock.at += 5 * MINUTE
    found = await look(read)
    assert (found.receipt.listed, found.receipt.missing, found.on_its_way) == (1, (), 0)
    assert clock.at - found.receipt.at < MINUTE
    clock.at += MINUTE
    again = await look(read, found.receipt)
    assert (again.receipt.listed, again.receipt.since) == (1, found.receipt.since)
    assert owed(read) == 0


async def test_a_mail_from_before_the_promise_is_not_missed(read, post, clock):
    post.post("ada", letter(1), at=clock() - timedelta(hours=1))
    clock.at += 5 * MINUTE
    assert (await look(read)).receipt.missing == ()


async def test_a_young_mail_is_on_its_way_and_a_listed_one_without_verdict_is_owed_at_once_and_once(read, post, clock):
    ref = post.post("ada", letter(1), at=clock())
    first = await look(read)
    assert (first.on_its_way, first.receipt.missing, owed(read)) == (1, (), 0)
    clock.at += MINUTE
    second = await look(read, first.receipt)
    assert [gap.id for gap in second.receipt.missing] == [ref.id]
    assert (second.on_its_way, owed(read)) == (0, 1)
    clock.at += 10 * MINUTE
    third = await look(read, second.receipt)
    assert (third.receipt.missing[0].times, owed(read)) == (2, 1)


async def test_a_gap_that_stands_open_is_an_alarm_and_healing_clears_it(read, post, clock, heard):
    post.post("ada", letter(1), at=clock())
    clock.at += MINUTE
    found = await look(read, heard=heard.append)
    assert (read.store.troubles(), heard) == ([], [])
    for _ in range(2):
        clock.at += MINUTE
        found = await look(read, found.receipt, heard=heard.append)
    (trouble,) = read.store.troubles()
    assert (trouble.kind, trouble.about, trouble.times) == ("gap", "ada", 2)
    assert "ada@corp.example: listed by the provider and not to be judged: 1, the oldest of" in trouble.says
    await watch(read, "corp", once=True)
    clock.at += MINUTE
    healed = await look(read, found.receipt, heard=heard.append)
    assert (healed.receipt.missing, healed.receipt.healed, healed.receipt.listed) == ((), 1, 1)
    assert read.store.troubles() == []
    assert [note.step for note in heard] == [Step.TROUBLE, Step.CLEARED]


async def test_a_gap_that_the_user_removed_is_none(read, post, clock):
    ref = post.post("ada", letter(1), at=clock())
    clock.at += MINUTE
    found = await look(read)
    post.remove(ref)
    assert (await look(read, found.receipt)).receipt.missing == ()


async def test_an_old_gap_is_looked_up_where_it_lies(read, post, clock):
    ref = post.post("ada", letter(1), at=clock())
    clock.at += MINUTE
    found = await look(read)
    later = msgspec.structs.replace(found.receipt, at=clock.at + timedelta(days=3))
    assert [gap.id for gap in (await look(read, later)).receipt.missing] == [ref.id]
    post.remove(ref)
    assert (await look(read, later)).receipt.missing == ()


async def test_a_mail_that_is_dated_far_back_is_found_by_a_far_look(read, post, clock):
    begun = await look(read)
    clock.at += timedelta(hours=5)
    later = msgspec.structs.replace(begun.receipt, at=clock.at)
    post.post("ada", letter(1), at=clock.at - timedelta(hours=4))
    assert (await look(read, later)).receipt.missing == ()
    assert len((await look(read, later, timedelta(days=1))).receipt.missing) == 1


async def test_a_mailbox_that_cannot_be_listed_raises_its_trouble(read, post):
    post.trouble["listed"] = [Refused("ada: the mailbox is disabled.")]
    with pytest.raises(Refused):
        await look(read)


async def test_mail_that_a_notice_told_of_waits_and_is_not_found_by_the_receipt(read, post, clock):
    ref = post.post("ada", letter(1), at=clock())
    told = Owed(lane=LIVE_LANE, job=f"corp/ada/{ref.id}", tenant="corp", key="ada", refs=(ref.id,), at=clock())
    read.store.due.publish([told])
    clock.at += MINUTE
    found = await look(read)
    assert [gap.told for gap in found.receipt.missing] == [True]
    await watch(read, "corp", once=True)
    clock.at += MINUTE
    after = await look(read, found.receipt)
    assert (after.receipt.missing, after.receipt.healed) == ((), 0)

import asyncio
from contextlib import suppress
from datetime import timedelta

import msgspec
import pytest
from tests.flow.company import letter, phish

from mailkeep.connect.port import QUARANTINE_FOLDER, Refused, Throttled
from mailkeep.flow.coverage import BACKLOG, ROUND_S, Rounds, jitter, reconcile, rounds
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import walking
from mailkeep.flow.watch import watch

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def walk(house, heard):
    await watch(house, "corp", once=True)
    async with walking(house, "corp", heard.append) as going:
        yield going


async def turn(going):
    """Everything whose turn it is; gives whose it was."""
    taken = going.take()
    for mailbox in taken:
        await going.visit(mailbox)
    going.keep()
    return [mailbox.id for mailbox in taken]


async def test_a_reconciled_mailbox_has_a_receipt_and_its_gaps_are_owed(walk, post, clock):
    ada = walk.mailboxes[0]
    ref = post.post("ada", letter(1), at=clock())
    clock.at += MINUTE
    receipt = await reconcile(walk, ada)
    assert [gap.id for gap in receipt.missing] == [ref.id]
    assert walk.house.store.coverage.receipt("corp", "ada").missing == receipt.missing
    assert walk.house.store.due.waiting("live", "corp")[0] == 1


async def test_nothing_is_kept_of_a_mailbox_in_which_nothing_is_promised(house):
    async with walking(house, "corp", lambda _: None) as walk:
        assert await reconcile(walk, walk.mailboxes[0]) is None
    assert house.store.coverage.mailboxes("corp") == set()


async def test_every_mailbox_is_looked_at_within_four_minutes_and_a_gap_found_within_five(walk, post, clock):
    going = Rounds(walk)
    assert await turn(going) == ["ada"]
    clock.at += timedelta(seconds=2)
    assert await turn(going) == ["ben"]
    arrived = clock.at
    post.post("ben", letter(1, to="ben"), at=arrived)
    while clock.at - arrived < timedelta(seconds=290) and not walk.house.store.coverage.summary("corp").missing:
        clock.at += timedelta(seconds=5)
        await turn(going)
    found = walk.house.store.coverage.summary("corp")
    assert (found.covered, found.missing) == (2, 1)


async def test_quiet_mailboxes_wait_longest_and_those_with_an_open_gap_shortest(walk, post, clock):
    going = Rounds(walk)
    clock.at += MINUTE
    assert await turn(going) == ["ada"]
    assert timedelta(seconds=ROUND_S * 0.8) < going.next_at["ada"] - clock.at <= timedelta(seconds=ROUND_S)
    post.post("ben", letter(1, to="ben"), at=clock())
    clock.at += MINUTE
    await turn(going)
    assert going.next_at["ben"] - clock.at <= timedelta(seconds=30)


async def test_a_mailbox_whose_mail_waits_in_numbers_is_not_looked_at_more_often_for_that(walk, post, clock):
    going = Rounds(walk)
    for number in range(BACKLOG + 1):
        post.post("ada", letter(number), at=clock())
    clock.at += MINUTE
    await turn(going)
    assert going.next_at["ada"] - clock.at > timedelta(seconds=ROUND_S * 0.8)


async def test_the_first_looks_of_many_mailboxes_are_spread_and_those_that_went_are_forgotten(walk, post):
    post.names = tuple(f"m{number}" for number in range(1000))
    post.mails.update({name: [] for name in post.names})
    going = Rounds(walk)
    await walk.list_again()
    going.take()
    moments = sorted(going.next_at.values())
    assert timedelta(seconds=19) < moments[-1] - moments[0] <= timedelta(seconds=20)
    post.names = ("m0",)
    await walk.list_again()
    going.take()
    assert set(going.next_at) | going.busy == {"m0"}


async def test_a_disabled_mailbox_is_told_of_once_and_the_others_go_on(walk, post, clock, heard):
    listed = post.listed

    async def refused(mailbox, since):
        if mailbox.id == "ada":
            raise Refused("ada: the mailbox is disabled.")
        return await listed(mailbox, since)

    post.listed = refused
    going = Rounds(walk)
    for _ in range(8):
        await turn(going)
        clock.at += timedelta(seconds=35)
    (trouble,) = walk.house.store.troubles()
    assert (trouble.kind, trouble.about, len(heard)) == ("unproven", "ada", 1)
    assert "nothing proves that none was missed: ada: the mailbox is disabled." in trouble.says
    assert walk.house.store.coverage.mailboxes("corp") == {"ben"}
    post.listed = listed
    clock.at += timedelta(hours=1)
    await turn(going)
    assert walk.house.store.troubles() == []
    assert walk.house.store.coverage.mailboxes("corp") == {"ada", "ben"}


async def test_a_throttled_mailbox_is_left_alone_for_as_long_as_the_provider_asks(walk, post, clock):
    going = Rounds(walk)
    post.trouble["listed"] = [Throttled("slow down", 100.0)]
    await turn(going)
    assert timedelta(seconds=80) < going.next_at["ada"] - clock.at <= timedelta(seconds=100)
    assert walk.house.store.troubles() == []


async def test_nobody_is_asked_while_the_provider_is_known_to_be_out_of_reach(walk):
    going = Rounds(walk)
    walk.outage = "no answer"
    assert await turn(going) == []
    walk.outage = ""
    assert await turn(going) != []


async def test_the_rounds_go_on_until_they_are_stopped(walk, post):
    listed, asked = post.listed, asyncio.Queue()

    async def listing(mailbox, since):
        asked.put_nowait(mailbox.id)
        return await listed(mailbox, since)

    post.listed = listing
    task = asyncio.create_task(rounds(walk))
    async with asyncio.timeout(20):
        assert {await asked.get(), await asked.get()} == {"ada", "ben"}
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_an_attack_that_the_feed_never_gives_is_pulled_all_the_same(house, post, clock):
    await watch(house, "corp", once=True)
    fetch, heard = post.fetch, asyncio.Queue()

    async def forgetful(mailbox, cursor, **more):
        page = await fetch(mailbox, cursor, **more)
        return msgspec.structs.replace(page, deliveries=())

    post.fetch = forgetful
    bad = post.post("ada", phish(1), at=clock())
    clock.at += MINUTE
    task = asyncio.create_task(watch(house, "corp", once=False, notice=heard.put_nowait, duties=(rounds,)))
    async with asyncio.timeout(20):
        while (await heard.get()).step is not Step.RECEIPT:
            pass
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert post.lies(bad).folder == QUARANTINE_FOLDER


def test_jitter_is_the_same_for_the_same_and_spread_for_others():
    assert jitter("ada", 1) == jitter("ada", 1)
    found = [jitter(f"m{number}", 1) for number in range(1000)]
    assert 0.45 < sum(found) / 1000 < 0.55
    assert 0 <= min(found) < 0.01
    assert 0.99 < max(found) < 1

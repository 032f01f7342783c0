import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest
from tests.flow.company import letter
from tests.flow.pushing import Pushbox

from mailkeep.connect.port import ConsentLost
from mailkeep.flow.canary import Aviary, sing
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import walking
from mailkeep.flow.watch import watch

MINUTE = timedelta(minutes=1)


@pytest.fixture
def post(clock):
    return Pushbox("ada", "ben", clock=clock)


@pytest.fixture
def house(house):
    tenant = replace(house.tenants["corp"], canary="ada@corp.example")
    return replace(house, tenants={"corp": tenant})


@pytest.fixture
def turn(house, post, heard):
    """One turn of an aviary that was just opened: nothing rests on its memory but when it last sent."""
    sent_at = None

    async def once():
        nonlocal sent_at
        async with walking(house, "corp", heard.append) as walk:
            aviary = Aviary(walk, post, sent_at=sent_at)
            await aviary.turn()
            sent_at = aviary.sent_at

    return once


def sent(post):
    return [message_from_bytes(mail.raw) for mail in post.mails["ada"]]


async def test_a_canary_nobody_can_guess_is_sent_every_five_minutes(turn, post, clock):
    await turn()
    clock.at += 4 * MINUTE
    await turn()
    assert len(sent(post)) == 1
    clock.at += MINUTE
    await turn()
    first, second = sent(post)
    assert first["From"] == first["To"] == "ada@corp.example"
    assert first["Message-ID"] != second["Message-ID"]
    assert len(first["Message-ID"]) > 60


async def test_the_loop_is_proved_by_a_verdict_and_the_canary_deleted_like_any_mail(turn, post, house, clock, heard):
    await turn()
    await watch(house, "corp", once=True)
    assert house.store.label_counts("corp") == {"clean": 1}
    clock.at += MINUTE
    await turn()
    await watch(house, "corp", once=True)
    assert post.deeds == [("delete", "ada-0")]
    clock.at += 3 * MINUTE
    await turn()
    assert (house.store.troubles(), heard) == ([], [])
    assert post.deeds == [("delete", "ada-0")]
    clock.at += 10 * MINUTE
    await watch(house, "corp", once=True)
    await turn()
    assert len(house.store.canaries.flying("corp")) == 1


async def test_a_canary_is_no_users_mail(turn, post, house, clock):
    post.post("ben", letter(1, to="ben"))
    await turn()
    await watch(house, "corp", once=True)
    await turn()
    assert house.store.label_counts("corp") == {"clean": 1}
    assert house.store.summary().tenants[0].mails == 1


async def test_a_dry_house_deletes_no_canary(turn, post, house, clock, heard):
    await turn()
    await watch(house, "corp", once=True)
    async with walking(replace(house, dry_run=True), "corp", heard.append) as walk:
        await Aviary(walk, post, sent_at=clock()).turn()
    assert house.store.summary().ended == {"dry": 1}


async def test_a_late_canary_is_told_of_and_the_next_that_arrives_ends_it(turn, house, clock, heard):
    await turn()
    clock.at += 2 * MINUTE
    await turn()
    clock.at += MINUTE
    await turn()
    (trouble,) = house.store.troubles()
    assert (trouble.kind, trouble.about, trouble.times) == ("canary", "ada@corp.example", 2)
    assert "has no verdict after 12" in heard[0].says
    await watch(house, "corp", once=True)
    await turn()
    assert house.store.troubles() == []
    assert [note.step for note in heard] == [Step.TROUBLE, Step.CLEARED]


async def test_a_canary_that_cannot_be_sent_is_told_of_once(turn, post, house, clock, heard):
    post.trouble["send"] = [ConsentLost("tier observe: Mail.Send is not granted.")] * 2
    for _ in range(2):
        await turn()
        clock.at += 5 * MINUTE
    (trouble,) = house.store.troubles()
    assert trouble.says == "ada@corp.example: the canary could not be sent: tier observe: Mail.Send is not granted."
    assert house.store.canaries.flying("corp") == ()
    assert len(heard) == 1
    await turn()
    await watch(house, "corp", once=True)
    await turn()
    assert house.store.troubles() == []


async def test_a_canary_without_a_mailbox_is_told_of(house, post, heard):
    tenant = replace(house.tenants["corp"], canary="zed@corp.example")
    async with walking(replace(house, tenants={"corp": tenant}), "corp", heard.append) as walk:
        await Aviary(walk, post).turn()
    assert heard[0].says.startswith("zed@corp.example: the canary's mailbox is none of corp's.")


async def test_canaries_are_sent_until_the_walk_ends_and_only_where_one_is_wanted(house, post, heard):
    gone = asyncio.Event()
    send = post.send

    async def sending(mailbox, raw):
        await send(mailbox, raw)
        gone.set()

    post.send = sending
    async with walking(house, "corp", heard.append) as walk:
        task = asyncio.create_task(sing(walk))
        async with asyncio.timeout(20):
            await gone.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        walk.tenant = replace(walk.tenant, canary="")
        await sing(walk)

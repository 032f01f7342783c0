import asyncio

import pytest

from mailkeep.flow.polling import AT_ONCE, CALM_S, ECHO_S, FIRST_S, MOST_S, MOST_TOLD_S, SPREAD, Polling, Rota
from mailkeep.people.directory import Mailbox

BOXES = tuple(Mailbox(id=f"m{number}", address=f"m{number}@corp.example") for number in range(30))
ADA, BEN = BOXES[:2]


def rota(*mailboxes, told=(), chance=0.0):
    made = Rota(is_told=lambda name: name in told, chance=lambda: chance)
    made.enrol(mailboxes or (ADA,), 0.0)
    return made


def waits(made, mailbox, *found, heard=False):
    """Seconds until each next look, when the looks find this."""
    now, said = 0.0, []
    for each in found:
        made.take(now)
        made.back(mailbox, now, each, heard=heard)
        said.append(made.soonest(now))
        now += said[-1]
    return said


def test_every_mailbox_has_its_turn_at_once_and_then_ever_more_rarely_while_nothing_is_found():
    assert waits(rota(), ADA, 0, 0, 0) == [CALM_S, MOST_S, MOST_S]
    assert waits(rota(told={"m0"}), ADA, 0, 0, 0, 0, 0, 0) == [CALM_S, 60.0, 120.0, 240.0, MOST_TOLD_S, MOST_TOLD_S]


def test_mail_that_nothing_told_of_brings_the_next_look_soon():
    assert waits(rota(told={"m0"}), ADA, 0, 0, 0, 2, 0, 0) == [CALM_S, 60.0, 120.0, FIRST_S, 10.0, 20.0]


def test_what_a_notice_told_of_brings_one_more_look_soon_where_notices_are_promised():
    made = rota(told={"m0"})
    assert waits(made, ADA, 0, 0, 0) == [CALM_S, 60.0, 120.0]
    assert waits(made, ADA, 1, heard=True) == [ECHO_S]
    made.take(ECHO_S)
    made.back(ADA, ECHO_S, 0)
    assert made.turns["m0"].at == ECHO_S + 240.0


def test_what_was_heard_where_nothing_is_promised_is_looked_after_as_ever():
    made = rota()
    assert waits(made, ADA, 0, 0) == [CALM_S, MOST_S]
    assert waits(made, ADA, 1, heard=True) == [CALM_S]


def test_a_mailbox_that_cannot_be_read_is_tried_again_within_a_minute():
    assert waits(rota(told={"m0"}), ADA, 0, 0, 0, 0, None) == [CALM_S, 60.0, 120.0, 240.0, MOST_S]


def test_looks_are_spread_by_chance_and_never_come_late():
    assert waits(rota(chance=1.0), ADA, 0) == [pytest.approx(CALM_S * (1 - SPREAD))]


def test_where_something_is_new_the_turn_comes_before_all_others_and_with_its_notice():
    made = rota(*BOXES)
    made.stir(BEN, "a moment")
    assert made.take(0.0) == (BEN, "a moment")
    assert made.take(0.0) == (ADA, None)


def test_what_is_new_while_a_mailbox_is_read_gives_it_one_more_turn():
    made = rota()
    assert made.take(0.0) == (ADA, None)
    made.stir(ADA, "first")
    made.stir(ADA, "second")
    assert made.take(0.0) is None
    made.back(ADA, 0.0, 0)
    assert made.take(0.0) == (ADA, "first")
    made.back(ADA, 0.0, 1, heard=True)
    assert made.take(0.0) is None


def test_a_mailbox_that_is_listed_no_more_has_no_turn_and_a_new_one_has_it_now():
    made = rota(ADA)
    made.stir(ADA, None)
    made.enrol([BEN], 5.0)
    assert made.take(5.0) == (BEN, None)
    assert made.take(1e9) is None
    made.back(BEN, 5.0, 0)
    made.stir(ADA, None)
    assert made.take(5.0) is None


async def test_only_so_many_mailboxes_are_read_at_a_time_and_each_once():
    at_it, most, seen = 0, 0, []

    async def look(mailbox, heard_at):
        nonlocal at_it, most
        at_it += 1
        most = max(most, at_it)
        await asyncio.sleep(0)
        at_it -= 1
        seen.append(mailbox.id)
        return 0

    quiet = asyncio.Event()
    polling = Polling(look=look, rota=rota(*BOXES), idle=quiet.set)
    task = asyncio.create_task(polling.go_on())
    async with asyncio.timeout(20):
        await quiet.wait()
    assert most == AT_ONCE
    assert sorted(seen) == sorted(each.id for each in BOXES)
    assert polling.rested.is_set()
    quiet.clear()
    polling.stir(BEN)
    async with asyncio.timeout(20):
        await quiet.wait()
    assert seen[-1] == BEN.id
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await polling.once(BOXES)
    assert len(seen) == 2 * len(BOXES) + 1

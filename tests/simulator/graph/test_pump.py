"""The pump: several notices in a post, three seconds to answer, tried again, given up with a word."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from mailkeep.simulator.graph.pump import Letterhead, Notice, Pace, Pump


@pytest.fixture
async def pumps() -> AsyncIterator:
    """Makes pumps that run."""
    made = []

    async def make(**pace):
        pump = Pump(Pace(**pace))
        await pump.start()
        made.append(pump)
        return pump

    yield make
    for pump in made:
        await pump.close()


def notice(listener, number, **more):
    return Notice(Letterhead(listener.url, "one", **more), {"number": number})


def numbers(notices):
    return [each["number"] for each in notices]


async def test_what_happens_together_travels_together_up_to_a_bound(pumps, listener):
    pump = await pumps(most_in_post=10)
    for number in range(25):
        pump.send(notice(listener, number))
    await listener.until(25)
    assert sorted(len(post["value"]) for post in listener.posts) == [5, 10, 10]


async def test_a_post_that_is_refused_is_tried_again_until_it_is_taken(pumps, listener):
    listener.answers = [500, 404, 302]
    pump = await pumps(retry_s=0.01)
    pump.send(notice(listener, 1))
    assert numbers(await listener.until(1)) == [1]
    assert pump.count["refused"] == 3


async def test_an_answer_that_comes_too_late_is_none(pumps, listener):
    pump = await pumps(patience_s=0.05, retry_s=0.01)
    listener.pauses = [0.3]
    pump.send(notice(listener, 1))
    assert numbers((await listener.until(2))[:2]) == [1, 1]
    assert pump.count["late"] == 1


async def test_what_is_given_up_is_told_once_for_each_subscription(pumps, listener):
    listener.answers = [500] * 2
    pump = await pumps(retry_s=0.01, give_up_s=0.005)
    lost, told = [], asyncio.Event()

    def on_lost():
        lost.append("one")
        told.set()

    for number in range(3):
        pump.send(notice(listener, number, on_lost=on_lost))
    await told.wait()
    assert lost == ["one"]
    assert pump.count["given up"] == 3


async def test_an_address_where_nobody_listens_is_tried_again_too(pumps, listener):
    pump = await pumps(retry_s=0.01, give_up_s=0.05)
    told = asyncio.Event()
    pump.send(Notice(Letterhead("http://127.0.0.1:1/", "one", on_lost=told.set), {}))
    await told.wait()
    assert pump.count["refused"] > 1


async def test_a_fate_of_two_is_two_posts_and_of_none_is_silence(pumps, listener):
    pump = await pumps()
    pump.send(notice(listener, 1), (0.0, 0.01))
    pump.send(notice(listener, 2), ())
    assert numbers(await listener.until(2)) == [1, 1]


async def test_an_overtaken_notice_leaves_after_a_later_one(pumps, listener):
    pump = await pumps()
    pump.send(notice(listener, 1), overtaken=True)
    pump.send(notice(listener, 2))
    assert numbers(await listener.until(2)) == [2, 1]


async def test_an_overtaken_notice_leaves_in_the_end_when_none_follows(pumps, listener):
    pump = await pumps(overtaken_s=0.02)
    pump.send(notice(listener, 1), overtaken=True)
    assert not pump.idle
    assert numbers(await listener.until(1)) == [1]


async def test_a_closed_pump_lets_nothing_out(listener):
    pump = Pump(Pace())
    pump.send(notice(listener, 1))
    await pump.start()
    pump.send(notice(listener, 2), (5.0,))
    await pump.close()
    assert listener.posts == []
    with pytest.raises(TimeoutError):
        await pump.ask(listener.url, {}, 1)

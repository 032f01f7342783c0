"""Turns: who goes, who waits, and that nobody goes too early."""

import asyncio
import random
import time
from collections import Counter

import pytest

from mailkeep.connect.limits import Claim, Haste, Limit, Limiter
from mailkeep.connect.port import Throttled

SMALL = Limit(1000, 60.0, 2)


async def settle():
    """Lets everything that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


class Crowd:
    """Requests that hold their turns until they are let go."""

    def __init__(self, limiter) -> None:
        self.limiter = limiter
        self.inside: list[str] = []
        self.order: list[str] = []
        self.doors: dict[str, asyncio.Event] = {}
        self.tasks: list[asyncio.Task] = []

    def come(self, name, *claims, haste=Haste.LIVE, patience_s=20.0):
        self.doors[name] = asyncio.Event()
        self.tasks.append(asyncio.create_task(self._hold(name, claims, haste, patience_s)))
        return self.tasks[-1]

    async def _hold(self, name, claims, haste, patience_s):
        async with self.limiter.turn(claims, haste=haste, patience_s=patience_s):
            self.inside.append(name)
            self.order.append(name)
            await self.doors[name].wait()
            self.inside.remove(name)

    async def go(self, name):
        self.doors[name].set()
        await settle()

    async def everybody_out(self):
        while any(not task.done() for task in self.tasks):
            for door in self.doors.values():
                door.set()
            await asyncio.sleep(0)


@pytest.fixture
async def crowd():
    crowd = Crowd(Limiter())
    yield crowd
    await crowd.everybody_out()


async def test_so_many_go_at_a_time_and_the_next_when_one_is_done(crowd):
    claim = Claim("mailbox ada", SMALL)
    for name in "abc":
        crowd.come(name, claim)
    await settle()
    assert crowd.inside == ["a", "b"]
    await crowd.go("a")
    assert crowd.inside == ["b", "c"]


async def test_keys_do_not_wait_for_each_other(crowd):
    for name in "abc":
        crowd.come(name, Claim("mailbox ada", SMALL))
    crowd.come("ben's", Claim("mailbox ben", SMALL))
    await settle()
    assert "ben's" in crowd.inside


async def test_live_mail_overtakes_scans_that_wait_longer(crowd):
    claim = Claim("mailbox ada", SMALL)
    crowd.come("first", claim)
    crowd.come("second", claim)
    await settle()
    crowd.come("scan", claim, haste=Haste.SCAN)
    crowd.come("live", claim)
    await settle()
    await crowd.go("first")
    assert crowd.inside == ["second", "live"]
    await crowd.go("second")
    assert "scan" not in crowd.inside  # it leaves one place to live mail
    await crowd.go("live")
    assert crowd.inside == ["scan"]


async def test_who_came_first_goes_first(crowd):
    claim = Claim("mailbox ada", Limit(1000, 60.0, 1))
    for name in "abcdef":
        crowd.come(name, claim)
    await crowd.everybody_out()
    assert crowd.order == list("abcdef")


async def test_a_request_waits_for_every_key_it_needs(crowd):
    app = Claim("app", Limit(1000, 60.0, 1))
    crowd.come("ada's", Claim("mailbox ada", SMALL), app)
    crowd.come("ben's", Claim("mailbox ben", SMALL), app)
    await settle()
    assert crowd.inside == ["ada's"]
    await crowd.go("ada's")
    assert crowd.inside == ["ben's"]


async def test_a_budget_that_is_used_up_gives_turns_again_when_its_window_is_over():
    limiter, claim = Limiter(), Claim("mailbox ada", Limit(3, 0.2))
    sent = []
    for _ in range(8):
        async with limiter.turn([claim]):
            sent.append(time.monotonic())
    assert all(later - earlier >= 0.2 for earlier, later in zip(sent, sent[3:], strict=False))


async def test_a_pause_holds_for_its_key_alone():
    limiter = Limiter()
    ada, ben = Claim("mailbox ada", SMALL), Claim("mailbox ben", SMALL)
    limiter.pause(ada, 0.15)
    began = time.monotonic()
    async with limiter.turn([ben]):
        pass
    async with limiter.turn([ada]):
        assert time.monotonic() - began >= 0.15


async def test_who_would_wait_too_long_is_told_at_once_for_how_long():
    limiter, claim = Limiter(), Claim("mailbox ada", SMALL)
    limiter.pause(claim, 300.0)
    with pytest.raises(Throttled, match="mailbox ada") as told:
        async with limiter.turn([claim]):
            pass
    assert 299.0 < told.value.retry_after_s <= 300.0


async def test_a_budget_that_is_used_up_for_long_is_told_at_once():
    limiter, claim = Limiter(), Claim("mailbox ada", Limit(10, 600.0))
    for _ in range(10):
        async with limiter.turn([claim]):
            pass
    with pytest.raises(Throttled, match="its limit of 10 in 600 s") as told:
        async with limiter.turn([claim]):
            pass
    assert 599 < told.value.retry_after_s < 610


async def test_who_waited_long_enough_is_told_and_the_others_go_on(crowd):
    claim = Claim("mailbox ada", Limit(1000, 60.0, 1))
    crowd.come("a", claim)
    late = crowd.come("late", claim, patience_s=0.01)
    crowd.come("b", claim)
    with pytest.raises(Throttled):
        await late
    await crowd.go("a")
    assert crowd.inside == ["b"]


async def test_a_request_that_is_cancelled_leaves_no_gap(crowd):
    claim = Claim("mailbox ada", Limit(1000, 60.0, 1))
    crowd.come("a", claim)
    waiting = crowd.come("waiting", claim)
    crowd.come("b", claim)
    await settle()
    waiting.cancel()
    await settle()
    await crowd.go("a")
    assert crowd.inside == ["b"]
    await crowd.go("b")
    assert crowd.limiter.load()[0].busy == 0


async def test_health_sees_what_is_left_and_since_when_live_mail_waits(crowd):
    claim = Claim("mailbox ada", SMALL, 100.0)
    for name in "abc":
        crowd.come(name, claim)
    await settle()
    (load,) = crowd.limiter.load()
    assert (load.key, load.left, load.of, load.busy, load.waiting) == ("mailbox ada", 800.0, 1000, 2, 1)
    assert crowd.limiter.waiting_since is not None
    crowd.come("ben's", Claim("mailbox ben", SMALL))
    await settle()
    await crowd.go("ben's")
    assert crowd.limiter.waiting_since is None


async def test_a_request_that_is_refused_is_none_that_went_nor_is_one_under_another_limit():
    limiter = Limiter()
    ada, directory = Claim("mailbox ada", SMALL), Claim("directory", Limit(5, 10.0))
    for refused in (ada, Claim("mailbox cy", SMALL)):
        async with limiter.turn([refused]):
            limiter.pause(refused, 30.0)
    async with limiter.turn([directory]):
        pass
    assert limiter.waiting_since is not None
    async with limiter.turn([Claim("mailbox ben", SMALL)]):
        pass
    assert limiter.waiting_since is None


async def test_idle_keys_are_forgotten():
    limiter = Limiter()
    for number in range(10_000):
        async with limiter.turn([Claim(f"mailbox {number}", Limit(5, 1e-6))]):
            pass
    assert len(limiter._buckets) < 4200


@pytest.mark.parametrize("seed", range(4))
async def test_in_any_crowd_everybody_goes_or_is_told(seed):
    """Two keys each, pauses, people who give up: no turn is lost, and nothing stays taken."""
    rng = random.Random(seed)
    limiter = Limiter()
    mailbox, app = Limit(40, 0.05, 4), Limit(100, 0.05, rng.choice([0, 9]))
    ended = Counter()

    async def ask(number):
        claims = [Claim(f"mailbox {number % 7}", mailbox), Claim("app", app)]
        patience_s = rng.choice([20.0, 20.0, 0.01])
        try:
            async with limiter.turn(claims, haste=rng.choice(list(Haste)), patience_s=patience_s):
                if rng.random() < 0.05:
                    limiter.pause(claims[0], 0.02)
                for _ in range(rng.randrange(3)):
                    await asyncio.sleep(0)
            ended["went"] += 1
        except Throttled:
            ended["told"] += 1

    tasks = [asyncio.create_task(ask(number)) for number in range(400)]
    await asyncio.sleep(0.02)
    for task in rng.sample(tasks, 30):
        ended["cancelled"] += task.cancel()
    async with asyncio.timeout(15):
        await asyncio.wait(tasks)
    assert ended.total() == 400
    assert all((load.busy, load.waiting) == (0, 0) for load in limiter.load())

import asyncio
import multiprocessing
import os
from datetime import timedelta

import pytest
from msgspec.structs import replace

from mailkeep.connect.port import ConsentLost, Throttled, Unreachable
from mailkeep.flow.jobs import Dead, Done, RetryAt, Struck
from mailkeep.flow.worker import LEASE_S, MOST_ATTEMPTS, Worker, retry_moment
from mailkeep.kit.trouble import OperatorError
from mailkeep.store.due import PARKED, Claim
from mailkeep.store.store import open_store


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "mailkeep.db")
    yield opened
    opened.close()


@pytest.fixture
def worker(store, clock):
    return Worker(store=store, tenant="corp", clock=clock)


class Recorder:
    """A handler that answers with what it was given, in turn, then always with the last."""

    def __init__(self, *answers):
        self.answers, self.jobs = list(answers), []

    async def __call__(self, job):
        self.jobs.append(job)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def owe(worker, *names, key="ada"):
    for name in names:
        worker.publish("act", key, (name,), name)


async def test_owed_work_is_done_once_in_order(worker, store):
    handler = Recorder(Done())
    worker.subscribe("act", handler, inflight=4)
    owe(worker, "a", "b", "b", "c")
    assert await worker.drain("act") == 3
    assert [job.refs for job in handler.jobs] == [("a",), ("b",), ("c",)]
    assert await worker.drain("act") == 0
    assert store.summary().due == {}


async def test_a_job_of_ours_that_breaks_is_tried_again_and_then_buried_while_others_go_on(worker, store, clock):
    handler = Recorder(ValueError("no such number"))
    worker.subscribe("act", handler, inflight=4)
    owe(worker, "poison")
    for _ in range(MOST_ATTEMPTS):
        await worker.drain("act")
        clock.at += timedelta(minutes=5)
    (letter,) = store.dead_letters()
    assert letter.attempts == MOST_ATTEMPTS
    assert "ValueError at test_worker.py:" in letter.why
    worker.subscribe("act", Recorder(Done()), inflight=4)
    owe(worker, "fine")
    assert await worker.drain("act") == 1


async def test_a_job_that_takes_the_process_with_it_is_buried_after_a_few_lives(worker, store, clock):
    worker.subscribe("act", Recorder(Done()), inflight=1)
    owe(worker, "killer")
    for _ in range(MOST_ATTEMPTS):
        store.due.claim(Claim(lane="act", owner="dead", at=clock(), most=1, lease_s=LEASE_S))
        clock.at += timedelta(seconds=LEASE_S + 1)
    await worker.drain("act")
    assert "never ended" in store.dead_letters()[0].why
    assert worker.lanes["act"].handler.jobs == []


async def test_what_becomes_due_beside_a_slow_answer_does_not_wait_for_it(worker, store):
    slow, done = asyncio.Event(), asyncio.Queue()

    async def handler(job):
        if job.refs == ("slow",):
            await slow.wait()
        done.put_nowait(job.refs[0])
        return Done()

    worker.subscribe("act", handler, inflight=2)
    owe(worker, "slow", "after the slow")
    work = asyncio.create_task(worker.go_on("act", 60.0))
    await asyncio.sleep(0)
    owe(worker, "quick", key="ben")
    worker.nudge("act")
    async with asyncio.timeout(20):
        assert await done.get() == "quick"
        slow.set()
        assert [await done.get(), await done.get()] == ["slow", "after the slow"]
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_two_drains_of_a_lane_never_work_on_one_key_at_a_time(worker):
    at_it, most = 0, 0

    async def handler(job):
        nonlocal at_it, most
        at_it += 1
        most = max(most, at_it)
        await asyncio.sleep(0)
        at_it -= 1
        return Done()

    worker.subscribe("act", handler, inflight=1)
    owe(worker, "a", "b", "c", "d", "e", "f")
    taken = await asyncio.gather(worker.drain("act"), worker.drain("act"))
    assert (sum(taken), most) == (6, 1)


async def test_work_that_was_struck_off_with_what_came_of_it_is_not_struck_off_again(worker, store):
    async def handler(job):
        (row,) = store.due.claim(Claim(lane="act", owner="x", at=worker.clock() + timedelta(days=1), most=1, lease_s=1))
        store.due.done(row)
        worker.publish("act", "ada", ("later",), "later")
        return Struck() if job.refs == ("a",) else Done()

    worker.subscribe("act", handler, inflight=1)
    owe(worker, "a")
    await worker.drain("act", ("a",))
    assert store.summary().due == {"act": 1}


async def test_a_handler_may_say_later_or_never(worker, store, clock):
    worker.subscribe("act", Recorder(RetryAt(at=clock() + timedelta(hours=1), why="not yet"), Dead(why="never")), 1)
    owe(worker, "a")
    assert await worker.drain("act") == 1
    assert await worker.drain("act") == 0
    clock.at += timedelta(hours=2)
    assert await worker.drain("act") == 1
    assert store.dead_letters()[0].why == "never"


async def test_a_throttled_mailbox_waits_with_all_its_work_and_the_others_do_not(worker, clock):
    handler = Recorder(Throttled("slow down", 120.0), Done())
    worker.subscribe("act", handler, inflight=1)
    owe(worker, "a1", "a2")
    owe(worker, "b1", key="ben")
    await worker.drain("act")
    assert [job.refs[0] for job in handler.jobs] == ["a1", "b1"]
    clock.at += timedelta(seconds=121)
    await worker.drain("act")
    assert [job.refs[0] for job in handler.jobs] == ["a1", "b1", "a1", "a2"]
    assert {job.attempts for job in handler.jobs} == {1}


async def test_an_outage_of_a_day_buries_nothing(worker, store, clock):
    worker.subscribe("act", Recorder(Unreachable("no answer from mail.corp.example")), inflight=1)
    owe(worker, "a")
    for _ in range(100):
        await worker.drain("act")
        clock.at += timedelta(minutes=15)
    assert store.dead_letters() == []
    assert store.summary().due == {"act": 1}
    assert store.troubles()[0].kind == "unreachable"


async def test_a_lost_consent_parks_the_work_and_is_noted(worker, store, clock):
    handler = Recorder(ConsentLost("ada: the password is not accepted. Renew it."), Done())
    worker.subscribe("act", handler, inflight=1)
    owe(worker, "a")
    await worker.drain("act")
    clock.at += timedelta(days=30)
    assert await worker.drain("act") == 0
    assert [(each.kind, each.about) for each in store.troubles()] == [("consent-lost", "ada")]
    store.due.unpark("corp", clock())
    assert await worker.drain("act") == 1


async def test_a_full_disk_stops_the_worker_with_the_sentence_itself(worker):
    worker.subscribe("act", Recorder(OperatorError("the disk is full")), inflight=2)
    owe(worker, "a")
    owe(worker, "b", key="ben")
    with pytest.raises(OperatorError, match="the disk is full"):
        await worker.drain("act")


def test_each_trouble_says_when_to_ask_again(clock):
    now = clock.at
    assert retry_moment(Throttled("", 7.5), 3, now) == now + timedelta(seconds=7.5)
    assert retry_moment(Unreachable(""), 0, now) == now + timedelta(seconds=5)
    assert retry_moment(Unreachable(""), 20, now) == now + timedelta(minutes=15)
    assert retry_moment(ConsentLost(""), 0, now) == PARKED


def test_work_held_by_a_dead_process_is_free_at_once_and_that_of_a_living_one_is_not(worker, store, clock):
    owe(worker, "a", "b", "c")
    child = multiprocessing.get_context("fork").Process(target=int)
    child.start()
    child.join()
    claim = Claim(lane="act", owner=f"{child.pid}.1.1", at=clock(), most=1, lease_s=LEASE_S)
    (dead,) = store.due.claim(claim)
    (alive,) = store.due.claim(replace(claim, owner=worker.owner))
    (reborn,) = store.due.claim(replace(claim, owner=f"{os.getpid()}.1.1"))
    worker.resume()
    free = store.due.claim(replace(claim, owner="next", most=9))
    assert {row.id for row in free} == {dead.id, reborn.id}
    assert alive.id not in {row.id for row in free}

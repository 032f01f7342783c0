"""Trouble on demand."""

import asyncio
from email.utils import parsedate_to_datetime

import pytest
from tests.simulator.google.desk import ADA, letter, until

from mailkeep.simulator.google.faults import Faults, Notices
from mailkeep.simulator.google.workspace import Workspace


@pytest.fixture
def mail(workspace):
    return workspace.deliver(ADA, letter())


def arrived(seed, share=0.2, **how):
    """Which of a thousand notices came through."""
    workspace = Workspace()
    queue = workspace.pubsub.subscription("q", "t")
    faults = Faults(workspace, seed)
    faults.notices = Notices(**how)
    workspace.pubsub.scatter = faults.scatter
    for number in range(1000):
        workspace.pubsub.publish(queue.topic, b"%d" % number)
    return [int(notice.data) for notice in queue.waiting], faults


def test_notices_are_dropped_and_doubled_in_the_share_asked_and_by_the_seed():
    numbers, faults = arrived(1, drop=0.05, duplicate=0.05)
    assert 20 < faults.played["drop"] < 90
    assert 20 < faults.played["duplicate"] < 90
    assert len(numbers) == 1000 - faults.played["drop"] + faults.played["duplicate"]
    assert arrived(1, drop=0.05, duplicate=0.05)[0] == numbers
    assert arrived(2, drop=0.05, duplicate=0.05)[0] != numbers


async def test_notices_are_delayed_and_shuffled(sim, workspace):
    queue = workspace.pubsub.subscription("q", "t")
    sim.faults.notices = Notices(reorder=0.5, delay_s=0.01)
    for number in range(20):
        workspace.pubsub.publish(queue.topic, b"%d" % number)
    assert not queue.waiting
    await until(lambda: len(queue.waiting) == 20)
    numbers = [int(notice.data) for notice in queue.waiting]
    assert sorted(numbers) == list(range(20))
    assert numbers != sorted(numbers)


async def test_the_next_answers_on_a_path_are_bad(desk, sim, mail):
    sim.faults.stumble(503, path="/messages", times=2, retry_after_s=7)
    first = await desk.gmail("GET", f"/messages/{mail}")
    assert (first.status, first.headers["Retry-After"]) == (503, "7")
    assert (await desk.gmail("GET", "/profile")).status == 200
    assert (await desk.gmail("GET", f"/messages/{mail}")).status == 503
    assert (await desk.gmail("GET", f"/messages/{mail}")).status == 200


async def test_a_share_of_answers_is_bad(desk, sim):
    await desk.token(ADA)
    sim.faults.stumble(500, share=0.5, method="GET")
    statuses = [(await desk.gmail("GET", "/profile")).status for _ in range(40)]
    assert 5 < statuses.count(500) < 35
    sim.faults.clear()
    assert (await desk.gmail("GET", "/profile")).status == 200


@pytest.mark.parametrize("shape", ["html", "cut", "empty"])
async def test_answers_can_be_garbage(sim, desk, shape):
    sim.faults.stumble(200, path="/profile", times=1, shape=shape)
    with pytest.raises(ValueError, match=r"."):
        (await desk.gmail("GET", "/profile")).json  # noqa: B018 - reading it is the point
    assert (await desk.gmail("GET", "/profile")).status == 200


async def test_a_deed_can_be_done_and_its_answer_lost(desk, sim, workspace, mail):
    sim.faults.stumble(503, path="/trash", times=1, shape="lost")
    assert (await desk.gmail("POST", f"/messages/{mail}/trash")).status == 503
    assert "TRASH" in workspace.mail(ADA, mail).labels


async def test_history_can_be_lost(desk, sim):
    sim.faults.history_404 = 1
    start = (await desk.gmail("GET", "/profile")).json["historyId"]
    assert (await desk.gmail("GET", "/history", query={"startHistoryId": start})).status == 404
    assert (await desk.gmail("GET", "/history", query={"startHistoryId": start})).status == 200


async def test_the_days_quota_can_be_gone(desk, sim):
    sim.faults.exhausted = "dailyLimitExceeded"
    gone = await desk.gmail("GET", "/profile")
    assert (gone.status, gone.reason) == (403, "dailyLimitExceeded")


async def test_a_user_is_quicker_than_an_act(desk, sim, workspace, mail):
    sim.faults.move = 1.0
    moved = await desk.gmail("POST", f"/messages/{mail}/modify", {"addLabelIds": ["IMPORTANT"]})
    assert set(moved.json["labelIds"]) == {"STARRED", "IMPORTANT"}
    sim.faults.clear()
    sim.faults.remove = 1.0
    assert (await desk.gmail("POST", f"/messages/{mail}/trash")).status == 404
    assert sim.faults.played == {"move": 1, "remove": 1}


async def test_a_server_can_hang(desk, sim):
    await desk.token(ADA)
    sim.faults.hang_s = 30
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(desk.gmail("GET", "/profile"), 0.1)


async def test_clocks_drift_apart(desk, workspace, clock):
    workspace.skew_s = 120
    answer = await desk.gmail("GET", "/profile")
    assert parsedate_to_datetime(answer.headers["Date"]).timestamp() == int(clock.now + 120)


async def test_faults_are_ordered_over_http(desk, sim, workspace):
    what = {
        "notices": {"drop": 0.1},
        "stumbles": [{"status": 500, "times": 1, "path": "/gmail"}],
        "exhausted": "",
        "skew_s": 5,
        "disable_keys": ["everything"],
        "stop_watching": True,
    }
    await desk.token(ADA)
    assert (await desk.order("faults", **what)).status == 200
    assert (sim.faults.notices.drop, workspace.skew_s) == (0.1, 5)
    assert (await desk.gmail("GET", "/profile")).status == 401
    await desk.order("faults", clear=True, revoke=["everything"])
    assert sim.faults.notices == Notices()
    assert desk.account.delegated == set()
    await desk.order("faults", grant={"everything": ["gmail.readonly"]}, enable_keys=["everything"])
    assert (await desk.trade(desk.assertion(ADA, "gmail.readonly"))).status == 200
    assert (await desk.order("faults", weather="rain")).status == 400
    assert (await desk.order("faults", revoke=["nobody"])).status == 400

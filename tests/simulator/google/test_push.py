"""Watching mailboxes."""

import json

import pytest
from tests.simulator.google.desk import ADA, letter

from mailkeep.simulator.google.push import LIFE_S

DAY = 86_400


@pytest.fixture
def queue(workspace):
    return workspace.pubsub.subscription("pull", "notices")


@pytest.fixture
def topic(queue):
    return queue.topic


def told(queue):
    return [json.loads(notice.data) for notice in queue.waiting]


async def test_a_watched_mailbox_tells_its_topic(desk, workspace, queue, topic, clock):
    promise = (await desk.gmail("POST", "/watch", {"topicName": topic})).json
    assert int(promise["expiration"]) == round((clock.now + LIFE_S) * 1000)
    workspace.deliver(ADA, letter())
    (notice,) = told(queue)
    assert notice["emailAddress"] == ADA
    assert notice["historyId"] > int(promise["historyId"])


async def test_more_than_one_event_a_second_is_dropped(desk, workspace, queue, topic, clock):
    await desk.gmail("POST", "/watch", {"topicName": topic})
    for _ in range(5):
        workspace.deliver(ADA, letter())
    clock.on(1)
    workspace.deliver(ADA, letter())
    assert len(told(queue)) == 2
    assert workspace.watches.dropped == 4


async def test_a_watch_ends_after_seven_days_unless_renewed(desk, workspace, queue, topic, clock):
    await desk.gmail("POST", "/watch", {"topicName": topic})
    clock.on(6 * DAY)
    await desk.gmail("POST", "/watch", {"topicName": topic})
    clock.on(6 * DAY)
    workspace.deliver(ADA, letter())
    clock.on(2 * DAY)
    workspace.deliver(ADA, letter())
    assert len(told(queue)) == 1


async def test_a_stopped_watch_tells_nothing_and_stopping_twice_is_fine(desk, workspace, queue, topic):
    await desk.gmail("POST", "/watch", {"topicName": topic})
    assert (await desk.gmail("POST", "/stop")).status == 204
    assert (await desk.gmail("POST", "/stop")).status == 204
    workspace.deliver(ADA, letter())
    assert told(queue) == []


@pytest.mark.parametrize(("behaviour", "places"), [("include", ["INBOX"]), ("exclude", ["sent"])])
async def test_labels_choose_what_is_told(desk, queue, clock, behaviour, places):
    workspace = desk.sim.workspace
    body = {"topicName": queue.topic, "labelIds": ["INBOX"], "labelFilterBehavior": behaviour}
    await desk.gmail("POST", "/watch", body)
    for place in ("INBOX", "sent"):
        clock.on(5)
        before = len(told(queue))
        workspace.deliver(ADA, letter(), folder=place)
        assert len(told(queue)) - before == (place in places)


async def test_topics_that_gmail_cannot_publish_to_are_refused(desk, workspace, topic):
    closed = workspace.pubsub.topic("closed", gmail=False)
    for name, status in (("", 400), ("notices", 400), ("projects/x/topics/none", 404), (closed, 403)):
        assert (await desk.gmail("POST", "/watch", {"topicName": name})).status == status
    assert (await desk.gmail("POST", "/watch", {"topicName": topic, "labelIds": ["Label_9"]})).status == 400

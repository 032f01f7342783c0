"""What waits behind a topic."""

import time

import pytest


@pytest.fixture
def queue(workspace):
    return workspace.pubsub.subscription("pull", "notices")


def test_every_queue_behind_a_topic_gets_its_own_copy(workspace, queue):
    other = workspace.pubsub.subscription("other", "notices")
    stranger = workspace.pubsub.subscription("stranger", "elsewhere")
    workspace.pubsub.publish(queue.topic, b"one")
    assert [len(each.waiting) for each in (queue, other, stranger)] == [1, 1, 0]


def test_publish_times_are_stamps(workspace, queue, clock):
    clock.now = time.time()
    workspace.pubsub.publish(queue.topic, b"x")
    assert queue.waiting[0].shown()["publishTime"].endswith("Z")


def test_a_lease_that_ran_out_is_given_again_and_an_old_id_acknowledges_nothing(queue, workspace):
    workspace.pubsub.publish(queue.topic, b"x")
    ((first, notice),) = queue.lease(10, now=0)
    assert queue.lease(10, now=9) == []
    ((second, again),) = queue.lease(10, now=10)
    assert (again, again.attempts) == (notice, 2)
    queue.acknowledge(first)
    assert queue.acknowledged == 0
    queue.acknowledge(second)
    assert (queue.acknowledged, queue.lease(10, now=99)) == (1, [])

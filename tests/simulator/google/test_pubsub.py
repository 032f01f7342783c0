"""Pub/Sub over the wire."""

import asyncio

import pytest
from tests.simulator.google.desk import until

from mailkeep.simulator.google import mime
from mailkeep.simulator.google.queues import Push


@pytest.fixture
def queue(workspace):
    return workspace.pubsub.subscription("pull", "notices")


@pytest.fixture
def ask(desk, queue):
    async def asked(verb, **body):
        how = {"subject": desk.account.email, "wanted": "pubsub"}
        return await desk.ask("POST", f"/v1/{queue.name}:{verb}", body, **how)

    return asked


def datas(answer):
    return [mime.from_base64url(each["message"]["data"]) for each in answer.json.get("receivedMessages", [])]


def acks(answer):
    return [each["ackId"] for each in answer.json.get("receivedMessages", [])]


async def test_what_was_pulled_and_acknowledged_does_not_come_again(workspace, queue, ask):
    workspace.pubsub.publish(queue.topic, b"one")
    workspace.pubsub.publish(queue.topic, b"two")
    pulled = await ask("pull", maxMessages=10)
    assert datas(pulled) == [b"one", b"two"]
    assert (await ask("acknowledge", ackIds=acks(pulled))).json == {}
    assert (queue.acknowledged, len(queue.leases)) == (2, 0)
    assert (await ask("pull", maxMessages=1, returnImmediately=True)).json == {}


async def test_what_was_not_acknowledged_comes_again_after_its_deadline(workspace, queue, ask, clock):
    workspace.pubsub.publish(queue.topic, b"one")
    first = await ask("pull", maxMessages=10)
    clock.on(9)
    assert datas(await ask("pull", maxMessages=10, returnImmediately=True)) == []
    clock.on(2)
    again = await ask("pull", maxMessages=10)
    assert datas(again) == [b"one"]
    assert again.json["receivedMessages"][0]["deliveryAttempt"] == 2
    await ask("acknowledge", ackIds=acks(first))
    assert len(queue.leases) == 1


async def test_a_deadline_can_be_moved_and_none_gives_the_message_back(workspace, queue, ask, clock):
    workspace.pubsub.publish(queue.topic, b"one")
    pulled = await ask("pull", maxMessages=1)
    await ask("modifyAckDeadline", ackIds=acks(pulled), ackDeadlineSeconds=60)
    clock.on(30)
    assert datas(await ask("pull", maxMessages=1, returnImmediately=True)) == []
    await ask("modifyAckDeadline", ackIds=acks(pulled), ackDeadlineSeconds=0)
    assert datas(await ask("pull", maxMessages=1, returnImmediately=True)) == [b"one"]


async def test_a_pull_waits_for_the_first_message(workspace, queue, ask):
    pull = asyncio.create_task(ask("pull", maxMessages=1))
    await until(lambda: queue.stirred._waiters)
    workspace.pubsub.publish(queue.topic, b"late")
    assert datas(await pull) == [b"late"]


async def test_who_hung_up_is_not_handed_a_message(workspace, queue, ask):
    pull = asyncio.create_task(ask("pull", maxMessages=1))
    await until(lambda: queue.stirred._waiters)
    pull.cancel()
    await until(lambda: not queue.stirred._waiters)
    workspace.pubsub.publish(queue.topic, b"kept")
    assert (len(queue.waiting), len(queue.leases)) == (1, 0)


async def test_topics_and_queues_are_made_shown_and_removed(desk, workspace):
    how = {"subject": desk.account.email, "wanted": "pubsub"}
    topic = "/v1/projects/mailkeep-sim/topics/t"
    queue = "/v1/projects/mailkeep-sim/subscriptions/s"
    assert (await desk.ask("GET", topic, **how)).status == 404
    assert (await desk.ask("PUT", queue, {"topic": topic[4:]}, **how)).status == 404
    assert (await desk.ask("PUT", topic, {}, **how)).json == {"name": topic[4:]}
    assert (await desk.ask("PUT", topic, {}, **how)).status == 409
    assert (await desk.ask("GET", topic, **how)).json["name"] == topic[4:]
    push = {"pushEndpoint": "http://127.0.0.1:9/x", "oidcToken": {"serviceAccountEmail": "p@x", "audience": "us"}}
    made = await desk.ask("PUT", queue, {"topic": topic[4:], "pushConfig": push, "ackDeadlineSeconds": 30}, **how)
    assert made.json == (await desk.ask("GET", queue, **how)).json
    assert workspace.pubsub.subscriptions[queue[4:]].push == Push("http://127.0.0.1:9/x", "p@x", "us")
    assert (await desk.ask("PUT", queue, {"topic": topic[4:]}, **how)).status == 409
    sent = await desk.ask("POST", f"{topic}:publish", {"messages": [{"data": mime.base64url(b"x")}]}, **how)
    assert len(sent.json["messageIds"]) == 1
    assert (await desk.ask("POST", f"{topic}:publish", {"messages": [{"data": "!"}]}, **how)).status == 400
    assert (await desk.ask("DELETE", queue, **how)).json == {}
    assert (await desk.ask("GET", queue, **how)).status == 404


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("pull", {}),
        ("pull", {"maxMessages": 0}),
        ("acknowledge", {"ackIds": []}),
        ("modifyAckDeadline", {"ackIds": ["x"], "ackDeadlineSeconds": 601}),
    ],
)
async def test_arguments_that_make_no_sense_are_refused(ask, verb, body):
    assert (await ask(verb, **body)).status == 400

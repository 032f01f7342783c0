"""Pub/Sub over the wire: topics, subscriptions, pull, acknowledge.

A subscription with a push endpoint is emptied by `pump.py`; every other waits to be pulled.
Source: docs.cloud.google.com/pubsub/docs/reference/rest.
"""

import asyncio
from contextlib import suppress
from typing import Any

from mailkeep.simulator.google import mime
from mailkeep.simulator.google.calls import Call, Refusal, Reply, answer, invalid, not_found
from mailkeep.simulator.google.queues import Push, Subscription
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import PUBSUB

PULL_WAIT_S = 5.0
"""How long a pull waits for the first message."""
_LONGEST_LEASE_S = 600
ROUTES = Routes()
_AT = "/v1/projects/{project}"


@ROUTES.add("POST", f"{_AT}/subscriptions/{{subscription}}:pull", "pubsub.projects.subscriptions.pull", PUBSUB)
async def pull(call: Call) -> Reply:
    """Waiting messages; an empty object when none came within a few seconds."""
    subscription, wanted = _subscription(call), call.json()
    most = wanted.get("maxMessages", 0)
    if not isinstance(most, int) or most < 1:
        raise invalid("You have passed an invalid argument to the service (argument=max_messages).")
    clock = call.workspace.clock
    found = subscription.lease(most, clock())
    loop = asyncio.get_running_loop()
    ends = loop.time() + (0 if wanted.get("returnImmediately") else PULL_WAIT_S)
    while not found and (left := ends - loop.time()) > 0:
        subscription.stirred.clear()
        nearest = min((lease.ends for lease in subscription.leases.values()), default=clock() + left) - clock()
        with suppress(TimeoutError):
            await asyncio.wait_for(subscription.stirred.wait(), max(0.01, min(left, nearest)))
        found = subscription.lease(most, clock())
    received = [{"ackId": ack, "message": notice.shown(), "deliveryAttempt": notice.attempts} for ack, notice in found]
    return answer({"receivedMessages": received} if received else {})


@ROUTES.add("POST", f"{_AT}/subscriptions/{{subscription}}:acknowledge",
            "pubsub.projects.subscriptions.acknowledge", PUBSUB)  # fmt: skip
def acknowledge(call: Call) -> Reply:
    """These messages are done with."""
    subscription = _subscription(call)
    for ack in _acks(call):
        subscription.acknowledge(ack)
    return answer({})


@ROUTES.add("POST", f"{_AT}/subscriptions/{{subscription}}:modifyAckDeadline",
            "pubsub.projects.subscriptions.modifyAckDeadline", PUBSUB)  # fmt: skip
def modify_deadline(call: Call) -> Reply:
    """More time for these messages; none gives them back."""
    subscription = _subscription(call)
    seconds = call.json().get("ackDeadlineSeconds")
    if not isinstance(seconds, int) or not 0 <= seconds <= _LONGEST_LEASE_S:
        raise invalid("Invalid ackDeadlineSeconds.")
    for ack in _acks(call):
        if ack in subscription.leases:
            subscription.leases[ack].ends = call.workspace.clock() + seconds
            subscription.stirred.set()
    return answer({})


@ROUTES.add("GET", f"{_AT}/subscriptions/{{subscription}}", "pubsub.projects.subscriptions.get", PUBSUB)
def get_subscription(call: Call) -> Reply:
    """One subscription."""
    return answer(_subscription(call).shown())


@ROUTES.add("PUT", f"{_AT}/subscriptions/{{subscription}}", "pubsub.projects.subscriptions.create", PUBSUB)
def create_subscription(call: Call) -> Reply:
    """A new one."""
    pubsub, wanted = call.workspace.pubsub, call.json()
    name = f"projects/{call.params['project']}/subscriptions/{call.params['subscription']}"
    if name in pubsub.subscriptions:
        raise Refusal(409, "alreadyExists", f"Resource already exists in the project (resource={name}).")
    if wanted.get("topic") not in pubsub.publishers:
        raise not_found(f"Resource not found (resource={wanted.get('topic')}).")
    push = _push(wanted.get("pushConfig") or {})
    seconds = wanted.get("ackDeadlineSeconds") or 10
    return answer(pubsub.subscription(name, wanted["topic"], push=push, deadline_s=seconds).shown())


@ROUTES.add("DELETE", f"{_AT}/subscriptions/{{subscription}}", "pubsub.projects.subscriptions.delete", PUBSUB)
def delete_subscription(call: Call) -> Reply:
    """Away with it and with what waits in it."""
    del call.workspace.pubsub.subscriptions[_subscription(call).name]
    return answer({})


@ROUTES.add("GET", f"{_AT}/topics/{{topic}}", "pubsub.projects.topics.get", PUBSUB)
def get_topic(call: Call) -> Reply:
    """One topic."""
    return answer({"name": _topic(call), "state": "ACTIVE"})


@ROUTES.add("PUT", f"{_AT}/topics/{{topic}}", "pubsub.projects.topics.create", PUBSUB)
def create_topic(call: Call) -> Reply:
    """A new topic; nobody but its project may publish to it."""
    name = f"projects/{call.params['project']}/topics/{call.params['topic']}"
    if name in call.workspace.pubsub.publishers:
        raise Refusal(409, "alreadyExists", f"Resource already exists in the project (resource={name}).")
    return answer({"name": call.workspace.pubsub.topic(name, gmail=False)})


@ROUTES.add("POST", f"{_AT}/topics/{{topic}}:publish", "pubsub.projects.topics.publish", PUBSUB)
def publish(call: Call) -> Reply:
    """Messages of ours to everybody behind the topic."""
    topic = _topic(call)
    try:
        datas = [mime.from_base64url(each.get("data", "")) for each in call.json().get("messages", ())]
    except ValueError as error:
        raise invalid("Invalid value at 'messages.data'.") from error
    return answer({"messageIds": [call.workspace.pubsub.publish(topic, data) for data in datas]})


def _subscription(call: Call) -> Subscription:
    name = f"projects/{call.params['project']}/subscriptions/{call.params['subscription']}"
    found = call.workspace.pubsub.subscriptions.get(name)
    if found is None:
        raise not_found(f"Resource not found (resource={call.params['subscription']}).")
    return found


def _topic(call: Call) -> str:
    name = f"projects/{call.params['project']}/topics/{call.params['topic']}"
    if name not in call.workspace.pubsub.publishers:
        raise not_found(f"Resource not found (resource={call.params['topic']}).")
    return name


def _acks(call: Call) -> list[str]:
    acks = call.json().get("ackIds")
    if not isinstance(acks, list) or not acks:
        raise invalid("You have passed an invalid argument to the service (argument=ack_ids).")
    return [str(each) for each in acks]


def _push(config: dict[str, Any]) -> Push | None:
    if not config.get("pushEndpoint"):
        return None
    token = config.get("oidcToken") or {}
    return Push(config["pushEndpoint"], token.get("serviceAccountEmail", ""), token.get("audience", ""))

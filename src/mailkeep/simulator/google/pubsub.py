"""A stand-in for Pub/Sub: topics, subscriptions, pull with leases, redelivery.

A subscription with a push endpoint is emptied by `pump.py`; every other waits to be pulled. At least once, in no order.
Left out: filters, ordering keys, dead letters, schemas, exactly-once.
Source: docs.cloud.google.com/pubsub/docs/reference/rest.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from mailkeep.simulator.google import mime
from mailkeep.simulator.google.calls import Call, Refusal, Reply, Routes, answer, invalid, not_found
from mailkeep.simulator.google.scopes import PUBSUB

GMAIL_PUBLISHER = "gmail-api-push@system.gserviceaccount.com"
"""Who must be allowed to publish before a mailbox can be watched."""
PULL_WAIT_S = 5.0
"""How long a pull waits for the first message."""
_LONGEST_LEASE_S = 600
ROUTES = Routes()
_AT = "/v1/projects/{project}"


@dataclass(slots=True)
class Notice:
    """One published message."""

    id: str
    data: bytes
    at: float
    attempts: int = 0

    def shown(self) -> dict[str, Any]:
        """As it goes over the wire."""
        at = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"data": mime.base64url(self.data), "messageId": self.id, "publishTime": at}


@dataclass(slots=True)
class Lease:
    """A message handed out and not yet acknowledged."""

    notice: Notice
    ends: float


@dataclass(slots=True)
class Push:
    """Where and as whom a subscription pushes."""

    endpoint: str
    account: str = ""
    audience: str = ""


@dataclass(slots=True, eq=False)
class Subscription:
    """A queue behind a topic."""

    name: str
    topic: str
    deadline_s: int = 10
    push: Push | None = None
    waiting: deque[Notice] = field(default_factory=deque)
    leases: dict[str, Lease] = field(default_factory=dict)
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: int = 0
    _made: Any = field(default_factory=lambda: count(1))

    def put(self, notice: Notice) -> None:
        """One more message waits."""
        self.waiting.append(notice)
        self.stirred.set()

    def lease(self, most: int, now: float) -> list[tuple[str, Notice]]:
        """Up to so many messages with the ids to acknowledge them by; those whose lease ran out come again."""
        for ack in [ack for ack, lease in self.leases.items() if lease.ends <= now]:
            self.waiting.append(self.leases.pop(ack).notice)
        found: list[tuple[str, Notice]] = []
        while self.waiting and len(found) < most:
            notice = self.waiting.popleft()
            notice.attempts += 1
            ack = f"{self.name.rpartition('/')[2]}-{next(self._made)}"
            self.leases[ack] = Lease(notice, now + self.deadline_s)
            found.append((ack, notice))
        return found

    def acknowledge(self, ack: str) -> None:
        """That message is done with; an id nobody knows is fine."""
        self.acknowledged += self.leases.pop(ack, None) is not None

    def shown(self) -> dict[str, Any]:
        """As it goes over the wire."""
        push: dict[str, Any] = {}
        if self.push is not None:
            push = {"pushEndpoint": self.push.endpoint}
            if self.push.account:
                token = {"serviceAccountEmail": self.push.account}
                push["oidcToken"] = token | ({"audience": self.push.audience} if self.push.audience else {})
        return {
            "name": self.name,
            "topic": self.topic,
            "pushConfig": push,
            "ackDeadlineSeconds": self.deadline_s,
            "state": "ACTIVE",
        }


class PubSub:
    """The topics and subscriptions of one project."""

    def __init__(self, project: str, clock: Callable[[], float]) -> None:
        self.project = project
        self.publishers: dict[str, set[str]] = {}
        """Topic → who may publish to it."""
        self.subscriptions: dict[str, Subscription] = {}
        self.published = 0
        self.scatter: Callable[[Notice, Callable[[Notice], None]], None] = _straight
        """How a message gets from topic to subscriptions: faults may lose, double, delay and shuffle it."""
        self.pushes = asyncio.Event()
        """Set when a subscription that pushes was made."""
        self._clock = clock
        self._ids = count(20_000_000_000_000_001)

    def topic(self, name: str, *, gmail: bool = True) -> str:
        """A topic, Gmail allowed to publish to it; gives its full name."""
        full = name if "/" in name else f"projects/{self.project}/topics/{name}"
        self.publishers.setdefault(full, set()).update({GMAIL_PUBLISHER} if gmail else ())
        return full

    def subscription(self, name: str, topic: str, *, push: Push | None = None, deadline_s: int = 10) -> Subscription:
        """A queue behind a topic, made."""
        full = name if "/" in name else f"projects/{self.project}/subscriptions/{name}"
        made = Subscription(full, self.topic(topic), deadline_s, push)
        self.subscriptions[full] = made
        if push is not None:
            self.pushes.set()
        return made

    def publish(self, topic: str, data: bytes) -> str:
        """A message to everybody behind the topic; gives its id."""
        self.published += 1
        notice = Notice(str(next(self._ids)), data, self._clock())
        self.scatter(notice, lambda each: self._hand_on(topic, each))
        return notice.id

    def _hand_on(self, topic: str, notice: Notice) -> None:
        for each in self.subscriptions.values():
            if each.topic == topic:
                each.put(Notice(notice.id, notice.data, notice.at))


def _straight(notice: Notice, hand_on: Callable[[Notice], None]) -> None:
    hand_on(notice)


# --- routes ---------------------------------------------------------------------------------------------------------


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

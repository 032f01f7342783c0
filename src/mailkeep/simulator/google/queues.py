"""Topics, the subscriptions behind them, and what waits there: a stand-in for Pub/Sub.

At least once, in no order. Left out: filters, ordering keys, dead letters, schemas, exactly-once.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from mailkeep.simulator.google import mime

GMAIL_PUBLISHER = "gmail-api-push@system.gserviceaccount.com"
"""Who must be allowed to publish before a mailbox can be watched."""


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

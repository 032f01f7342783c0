"""`watch` and `stop`: Gmail tells a topic that something happened in a mailbox, at most once a second."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from mailkeep.simulator.google.calls import NOTHING, Call, Refusal, Reply, answer, invalid
from mailkeep.simulator.google.mailbox import Event, Mailbox
from mailkeep.simulator.google.queues import GMAIL_PUBLISHER, PubSub
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import GLANCE

LIFE_S = 7 * 86_400
LEAST_GAP_S = 1.0
"""Further events of the same mailbox within it are dropped, not delayed."""
ROUTES = Routes()


@dataclass(slots=True)
class Watch:
    """A standing promise to tell of one mailbox."""

    topic: str
    labels: frozenset[str]
    """Empty: every label."""
    excluding: bool
    ends: float
    told_at: float = float("-inf")


class Watches:
    """Who is watched, and what became of their events."""

    def __init__(self, pubsub: PubSub, clock: Callable[[], float]) -> None:
        self.by_address: dict[str, Watch] = {}
        self.told = 0
        self.dropped = 0
        """Events that came within a second of the last."""
        self._pubsub = pubsub
        self._clock = clock

    def heard(self, mailbox: Mailbox, event: Event) -> None:
        """Something happened in a mailbox."""
        watch = self.by_address.get(mailbox.address)
        now = self._clock()
        if watch is None or watch.ends <= now:
            return
        if watch.labels and (event.on.isdisjoint(watch.labels) is not watch.excluding):
            return
        if now - watch.told_at < LEAST_GAP_S:
            self.dropped += 1
            return
        watch.told_at = now
        self.told += 1
        body = {"emailAddress": mailbox.address, "historyId": event.id}
        self._pubsub.publish(watch.topic, msgspec.json.encode(body))


@ROUTES.add("POST", "/gmail/v1/users/{userId}/watch", "gmail.users.watch", GLANCE)
def watch(call: Call) -> Reply:
    """A promise for seven days; a second one takes the place of the first."""
    mailbox, wanted = call.mailbox(), call.json()
    topic = wanted.get("topicName", "")
    publishers = call.workspace.pubsub.publishers.get(topic)
    if not isinstance(topic, str) or not topic.startswith("projects/"):
        raise invalid(f"Invalid topicName does not match projects/{call.workspace.keyring.project}/topics/*")
    if publishers is None:
        raise Refusal(404, "notFound", f"Error sending test message to Cloud PubSub {topic} : Resource not found")
    if GMAIL_PUBLISHER not in publishers:
        says = f"Error sending test message to Cloud PubSub {topic} : User not authorized to perform this action."
        raise Refusal(403, "forbidden", says)
    labels = frozenset(wanted.get("labelIds") or ())
    for label in labels:
        if not mailbox.knows(label):
            raise invalid(f"Invalid label: {label}")
    behaviour = str(wanted.get("labelFilterBehavior") or wanted.get("labelFilterAction") or "include").lower()
    ends = call.workspace.clock() + LIFE_S
    call.workspace.watches.by_address[mailbox.address] = Watch(topic, labels, behaviour == "exclude", ends)
    return answer({"historyId": str(mailbox.history_id), "expiration": str(round(ends * 1000))})


@ROUTES.add("POST", "/gmail/v1/users/{userId}/stop", "gmail.users.stop", GLANCE)
def stop(call: Call) -> Reply:
    """The promise ends; where there is none, that is fine."""
    call.workspace.watches.by_address.pop(call.mailbox().address, None)
    return NOTHING

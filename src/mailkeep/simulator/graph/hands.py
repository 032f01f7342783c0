"""What `POST /_sim/…` makes users do and tells of the tenant, for a test, benchmark or demo in another process."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.service import Service

Order = Callable[[dict[str, Any]], Any]
"""What is done with the JSON that is posted; gives what is answered."""


class Delivered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`/_sim/deliver`: one mail arrives in these mailboxes."""

    addresses: tuple[str, ...]
    raw: bytes
    """Base64 in JSON."""
    folder: str = "inbox"
    """Well-known name or id."""
    at: float | None = None
    """Unix time; now by default."""


class Sought(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`/_sim/where`: copies of one mail."""

    message_id: str
    """With its angle brackets."""


class Hands:
    """The orders that concern people and their mail."""

    def __init__(self, office: Office, service: Service) -> None:
        self.office, self.service = office, service

    def orders(self) -> dict[str, Order]:
        """Name → what does it."""
        return {"deliver": self.deliver, "where": self.where, "counts": self.counts}

    def deliver(self, order: dict[str, Any]) -> dict[str, Any]:
        """The immutable ids, null where a rule deleted the mail."""
        asked = msgspec.convert(order, Delivered)
        return {
            "ids": [self.office.deliver(each, asked.raw, folder=asked.folder, at=asked.at) for each in asked.addresses]
        }

    def where(self, order: dict[str, Any]) -> dict[str, Any]:
        """How many copies lie in which folder, by display name, over all mailboxes."""
        asked = msgspec.convert(order, Sought)
        found: Counter[str] = Counter()
        for person in self.office.people.values():
            mailbox = self.office.mailbox(person)
            found.update(mailbox.folder(item.folder).name for item in mailbox.with_message_id(asked.message_id))
        return {"folders": dict(found)}

    def counts(self, _: dict[str, Any]) -> dict[str, Any]:
        """What was served and refused so far, what came before a Retry-After was over, how full the fullest bucket was."""
        service = self.service
        buckets = service.throttle.buckets.values()
        return {
            "tokens": service.tokens.given,
            "served": {f"{method} {pattern}": count for (method, pattern), count in sorted(service.counts.items())},
            "refused": service.throttle.refused,
            "impatient": service.throttle.impatient,
            "fullest": max((bucket.fullest for bucket in buckets), default=0),
            "busiest": max((bucket.busiest for bucket in buckets), default=0),
        }

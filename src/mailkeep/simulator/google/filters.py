"""What a user's settings make of arriving mail: filters and forwarding, played for real."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mailkeep.simulator.google import mime
from mailkeep.simulator.google.mailbox import Mail, Mailbox
from mailkeep.simulator.google.query import read_query

_DISPOSITION = {"archive": ((), ("INBOX",)), "trash": (("TRASH",), ("INBOX",)), "markRead": ((), ("UNREAD",))}
"""What autoForwarding does to the mail that stays: (labels on, labels off)."""


@dataclass(slots=True)
class MailSettings:
    """The settings of one mailbox, each as the API shows it."""

    filters: dict[str, dict[str, Any]] = field(default_factory=dict)
    forwarding: dict[str, str] = field(default_factory=dict)
    """Address → accepted or pending."""
    auto_forwarding: dict[str, Any] = field(default_factory=lambda: {"enabled": False})
    delegates: dict[str, str] = field(default_factory=dict)
    send_as: dict[str, dict[str, Any]] = field(default_factory=dict)
    vacation: dict[str, Any] = field(default_factory=lambda: {"enableAutoReply": False})
    made: int = 0

    @property
    def quiet(self) -> bool:
        """True when arriving mail stays as it is."""
        return not self.filters and not self.auto_forwarding["enabled"]

    def add_filter(self, criteria: dict[str, Any], action: dict[str, Any]) -> str:
        """The user makes a filter; gives its id."""
        self.made += 1
        filter_id = f"ANe1Bm{self.made:010d}"
        self.filters[filter_id] = {"id": filter_id, "criteria": criteria, "action": action}
        return filter_id


@dataclass(slots=True)
class Arrival:
    """What the settings make of an arriving mail."""

    labels: set[str]
    forwards: list[str]


def arriving(settings: MailSettings, raw: bytes, labels: Iterable[str], mailbox: Mailbox) -> Arrival:
    """Filters first, then the forwarding of everything."""
    mail = Mail(id="", thread="", raw=raw, labels=frozenset(labels), at_ms=0, seq=0, message_id="")
    arrival = Arrival(set(mail.labels), [])
    for each in settings.filters.values():
        if not _fits(each["criteria"], mail, mailbox):
            continue
        action = each["action"]
        arrival.labels = arrival.labels - set(action.get("removeLabelIds", ())) | set(action.get("addLabelIds", ()))
        if action.get("forward"):
            arrival.forwards.append(action["forward"])
    auto = settings.auto_forwarding
    if auto["enabled"]:
        on, off = _DISPOSITION.get(auto.get("disposition", ""), ((), ()))
        arrival.labels = arrival.labels - set(off) | set(on)
        arrival.forwards.append(auto["emailAddress"])
    return arrival


def _fits(criteria: dict[str, Any], mail: Mail, mailbox: Mailbox) -> bool:
    for name in ("from", "to", "subject"):
        if criteria.get(name) and criteria[name].lower() not in mime.header(mail.raw, name).lower():
            return False
    if criteria.get("query") and not read_query(criteria["query"], mailbox, 0).fits(mail):
        return False
    if criteria.get("negatedQuery") and read_query(criteria["negatedQuery"], mailbox, 0).fits(mail):
        return False
    if criteria.get("hasAttachment") and not mime.has_attachment(mail.raw):
        return False
    size = criteria.get("size", 0)
    larger = criteria.get("sizeComparison") == "larger"
    return not size or (len(mail.raw) > size if larger else len(mail.raw) < size)

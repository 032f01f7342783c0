"""One mailbox: mails, labels, conversations, and the log of what happened to them."""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mailkeep.simulator.google.mime import head

SYSTEM = ("INBOX", "SENT", "DRAFT", "TRASH", "SPAM", "UNREAD", "STARRED", "IMPORTANT", "CHAT", "CATEGORY_PERSONAL",
          "CATEGORY_SOCIAL", "CATEGORY_PROMOTIONS", "CATEGORY_UPDATES", "CATEGORY_FORUMS")  # fmt: skip
"""Labels every mailbox has; their name is their id."""
FIXED = frozenset({"SENT", "DRAFT", "CHAT"})
"""Labels that no one may put on or take off by hand."""
HIDDEN = frozenset({"TRASH", "SPAM"})
"""Labels that keep a mail out of plain lists."""
_FIRST_HISTORY = 9_007_199_254_741_000
"""Beyond 2⁵³: whoever reads these ids as floating numbers is found out."""
_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?<?([^>\r\n]+)>?", re.IGNORECASE | re.MULTILINE)
_REFERENCES = re.compile(rb"^(?:references|in-reply-to):((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_ANGLED = re.compile(rb"<([^<>\s]+)>")


@dataclass(slots=True, eq=False)
class Mail:
    """One mail as it lies."""

    id: str
    thread: str
    raw: bytes
    labels: frozenset[str]
    at_ms: int
    """internalDate."""
    seq: int
    message_id: str
    """Without angle brackets; empty when it has none."""
    history_id: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """Its place in the order of time."""
        return self.at_ms, self.seq


@dataclass(slots=True)
class Label:
    """A label of the user's."""

    id: str
    name: str
    label_list: str = "labelShow"
    message_list: str = "show"
    color: dict[str, str] | None = None


class Event(NamedTuple):
    """One line of the history log."""

    id: int
    kind: str
    """messagesAdded, messagesDeleted, labelsAdded, labelsRemoved."""
    mail: str
    thread: str
    labels: tuple[str, ...]
    """The labels put on or taken off."""
    on: frozenset[str]
    """Every label the mail bore at that moment, and those taken off."""
    at: float


class Mailbox:
    """All mail of one user."""

    def __init__(self, address: str, clock: Callable[[], float], heard: Callable[["Mailbox", Event], None]) -> None:
        self.address = address
        self.labels: dict[str, Label] = {}
        self.mails: dict[str, Mail] = {}
        self.events: list[Event] = []
        self.history_id = _FIRST_HISTORY
        self.begins = _FIRST_HISTORY
        """Oldest history id whose successors are all known."""
        self._clock = clock
        self._heard = heard
        self._order: list[Mail] = []
        self._by_message_id: dict[str, tuple[Mail, ...]] = {}
        self._labels_made = 0
        self._sets: dict[frozenset[str], frozenset[str]] = {}

    # --- mail -------------------------------------------------------------------------------------------------------

    def put(self, raw: bytes, labels: Iterable[str], at_ms: int, seq: int) -> Mail:
        """A new mail in the mailbox."""
        top = head(raw)
        found = _MESSAGE_ID.search(top)
        message_id = found[1].strip().decode("utf-8", "replace") if found else ""
        mail_id = f"{0x18F0000000000000 + seq:x}"
        mail = Mail(
            id=mail_id,
            thread=self._thread_of(top) or mail_id,
            raw=raw,
            labels=self._same(frozenset(labels)),
            at_ms=at_ms,
            seq=seq,
            message_id=message_id,
        )
        self.mails[mail_id] = mail
        self._order_in(mail)
        if message_id:
            self._by_message_id[message_id] = (*self._by_message_id.get(message_id, ()), mail)
        self._log("messagesAdded", mail, ())
        return mail

    def relabel(self, mail: Mail, add: Iterable[str] = (), remove: Iterable[str] = ()) -> bool:
        """Labels put on and taken off; False when that changes nothing. What goes to trash or spam leaves the inbox."""
        on, off = set(add), set(remove)
        for hidden in on & HIDDEN:
            off |= {"INBOX", *HIDDEN} - {hidden}
        on -= mail.labels
        off &= mail.labels
        if not on and not off:
            return False
        mail.labels = self._same(mail.labels - off | on)
        if on:
            self._log("labelsAdded", mail, tuple(sorted(on)))
        if off:
            self._log("labelsRemoved", mail, tuple(sorted(off)))
        return True

    def remove(self, mail: Mail) -> None:
        """Removes a mail for good."""
        if self.mails.pop(mail.id, None) is None:
            return
        del self._order[bisect_left(self._order, mail.place, key=_place)]
        left = tuple(each for each in self._by_message_id.get(mail.message_id, ()) if each is not mail)
        if left:
            self._by_message_id[mail.message_id] = left
        else:
            self._by_message_id.pop(mail.message_id, None)
        self._log("messagesDeleted", mail, ())

    def with_message_id(self, message_id: str) -> tuple[Mail, ...]:
        """Every copy, oldest first."""
        return self._by_message_id.get(message_id, ())

    def newest_first(self, below: tuple[int, int] | None = None, since_ms: int = 0) -> Iterator[Mail]:
        """Mails older than that place, back to that moment."""
        end = len(self._order) if below is None else bisect_left(self._order, below, key=_place)
        start = bisect_left(self._order, (since_ms, 0), key=_place) if since_ms else 0
        for index in range(end - 1, start - 1, -1):
            yield self._order[index]

    def in_thread(self, thread: str) -> list[Mail]:
        """The mails of a conversation, oldest first."""
        return [mail for mail in self._order if mail.thread == thread]

    # --- labels -----------------------------------------------------------------------------------------------------

    def knows(self, label: str) -> bool:
        """True for a label that may stand on a mail."""
        return label in SYSTEM or label in self.labels

    def label_named(self, name: str) -> str:
        """The id of a label by id or name, in any case; empty when there is none."""
        if name.upper() in SYSTEM:
            return name.upper()
        if name in self.labels:
            return name
        low = name.lower()
        return next((each.id for each in self.labels.values() if each.name.lower() == low), "")

    def make_label(self, name: str) -> Label:
        """A new label of the user's."""
        self._labels_made += 1
        label = Label(id=f"Label_{self._labels_made}", name=name)
        self.labels[label.id] = label
        return label

    def drop_label(self, label_id: str) -> None:
        """Removes a label, from every mail too."""
        self.labels.pop(label_id, None)
        for mail in self._order:
            if label_id in mail.labels:
                self.relabel(mail, remove=(label_id,))

    # --- history ----------------------------------------------------------------------------------------------------

    def after(self, history_id: int) -> list[Event]:
        """Everything logged after that id."""
        return self.events[bisect_right(self.events, history_id, key=_event_id) :]

    def forget(self, before: float | None = None) -> None:
        """Drops the log, or what of it is older than that moment: ids from then on answer 404."""
        kept = 0 if before is not None else len(self.events)
        if before is not None:
            kept = bisect_left(self.events, before, key=_event_at)
        self.begins = self.events[kept - 1].id if kept else self.begins
        del self.events[:kept]

    def _log(self, kind: str, mail: Mail, labels: tuple[str, ...]) -> None:
        self.history_id += 1 + (self.history_id * 2_654_435_761 >> 9) % 37
        mail.history_id = self.history_id
        on = self._same(mail.labels.union(labels)) if labels else mail.labels
        event = Event(self.history_id, kind, mail.id, mail.thread, labels, on, self._clock())
        self.events.append(event)
        self._heard(self, event)

    def _thread_of(self, top: bytes) -> str:
        for found in _REFERENCES.finditer(top):
            for name in reversed(_ANGLED.findall(found[1])):
                known = self._by_message_id.get(name.decode("utf-8", "replace"))
                if known:
                    return known[0].thread
        return ""

    def _order_in(self, mail: Mail) -> None:
        if not self._order or self._order[-1].place < mail.place:
            self._order.append(mail)
        else:
            insort(self._order, mail, key=_place)

    def _same(self, labels: frozenset[str]) -> frozenset[str]:
        """One object for equal sets: most of a million mails bear the same labels."""
        return self._sets.setdefault(labels, labels)


def _place(mail: Mail) -> tuple[int, int]:
    return mail.at_ms, mail.seq


def _event_id(event: Event) -> int:
    return event.id


def _event_at(event: Event) -> float:
    return event.at

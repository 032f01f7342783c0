"""What the corridor hands the store, and what the store answers."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from mailkeep.act.nouns import Action
from mailkeep.cases.fingerprint import Fingerprint
from mailkeep.connect.port import Ref
from mailkeep.decide.nouns import Verdict
from mailkeep.people.directory import Mailbox


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a mail itself: who, to whom, when, about what. Never its body."""

    digest: str
    message_id: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    received_at: datetime
    way: str
    sent: bool


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """When a live mail passed the stations before its judgement."""

    notified_at: datetime | None
    """When a notice told of it; None: it was found by looking."""
    fetched_at: datetime


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One judged mail, ready to be kept."""

    id: str
    """The verdict's id; the same whenever this mail in this mailbox is judged."""
    ref: Ref
    headline: Headline
    verdict: Verdict
    judged_at: datetime
    elapsed_ms: float
    actions: tuple[Action, ...] = ()
    """Intents; the dry ones are receipted as dry at once, the others become due work."""
    fingerprint: Fingerprint | None = None
    """None for clean mail, which is never grouped."""
    look_again: bool = False
    """True when it is to be judged again once everything is learned."""
    normal: tuple[str, ...] = ()
    times: Times | None = None
    """None for mail that did not arrive under our eyes: its delay would say nothing."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Mails of one mailbox kept in one transaction, with the cursor that says they are."""

    tenant: str
    mailbox: Mailbox
    at: datetime
    mails: tuple[Kept, ...]
    cursor: str | None = None
    """None leaves the cursor where it is."""
    more: bool = True
    """False when the mailbox is read to its end."""


class Bookmark(msgspec.Struct, frozen=True, kw_only=True):
    """How far one mailbox was read."""

    cursor: str | None = None
    since: datetime | None = None
    """Mail received before this was left out from the beginning."""
    begun_at: datetime | None = None
    """When a scan began here: until the mailbox is read to its end, what was received before is the past. None: no scan did."""
    caught_up_at: datetime | None = None
    """When its end was first reached; None before that."""
    mails: int = 0


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something that stands in the way now."""

    tenant: str
    about: str
    """Mailbox, detector or file."""
    kind: str
    """"consent-lost", "unreachable", "skipped", "detector", "failed-act" …"""
    says: str
    since: datetime
    at: datetime
    """When it was last met."""
    times: int


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """Work that was given up."""

    lane: str
    job: str
    tenant: str
    attempts: int
    why: str
    at: datetime


class TenantCount(msgspec.Struct, frozen=True, kw_only=True):
    """One tenant in numbers."""

    tenant: str
    mailboxes: int
    caught_up: int
    """Mailboxes read to their end."""
    mails: int
    """Users' mails; canaries are none."""
    labels: Mapping[str, int]
    first: datetime | None
    """Oldest mail."""
    last: datetime | None
    """Newest mail."""
    canaries: int = 0
    """Mails of our own, sent to prove the loop."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The whole store in numbers."""

    tenants: tuple[TenantCount, ...]
    ended: Mapping[str, int]
    """How deeds ended → how many."""
    due: Mapping[str, int]
    """Lane → work still owed."""
    oldest_due: datetime | None
    dead: int
    campaigns: int
    size_bytes: int

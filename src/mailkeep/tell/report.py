"""The one document that CLI, console, API and sinks all render."""

from datetime import datetime

import msgspec

from mailkeep.act.nouns import Action, Receipt
from mailkeep.decide.nouns import Verdict


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict with what was done about it. Never whole bodies, never secrets."""

    id: str
    """The verdict's id; a sink may drop a report whose id and receipts it has told before."""
    tenant: str
    mailbox: str
    """Address of the mailbox, or its id where it has none; empty when judged without a tenant."""
    path: str
    """Where the mail lies: a file's path, or folder and provider's id."""
    message_id: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    received_at: datetime
    judged_at: datetime
    elapsed_ms: float
    verdict: Verdict
    actions: tuple[Action, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    campaign: str = ""
    normal: tuple[str, ...] = ()
    """What is usual for these people, in sentences, as known when it was judged; empty for clean mail."""

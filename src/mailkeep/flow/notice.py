"""What the corridor says of itself while it works: progress bars, live verdicts and latency all listen here."""

from collections.abc import Callable
from enum import StrEnum

import msgspec

from mailkeep.act.nouns import Receipt
from mailkeep.tell.report import Report


class Step(StrEnum):
    """Every place of the corridor that says when it is passed, in the order a mail meets them."""

    COUNTED = "counted"
    """The mailboxes are known; `of` mails are to be read in all."""
    FETCHED = "fetched"
    """A page of `mails` mails is here; nothing of it is kept yet."""
    JUDGED = "judged"
    """One mail has a verdict, in memory only."""
    KEPT = "kept"
    """A page is kept for good: `mails` so far, verdicts, intents, learning and cursor in one transaction."""
    REPORTED = "reported"
    """`report` is kept: told for every mail that is not clean."""
    SECOND_LOOK = "second look"
    """Mails of the past were judged again with all that was learned; `mails` so far `of` so many."""
    CLAIMED = "claimed"
    """A deed was taken in hand."""
    UNDO_KEPT = "undo kept"
    """What would bring the mail back is written down; the deed comes next."""
    ACTED = "acted"
    """The provider did the deed; the receipt is not written yet."""
    RECEIPT = "receipt"
    """`receipt` is written; `of` deeds in all where that is known."""
    SKIPPED = "skipped"
    """Something could not be read; `says` what and why. The rest goes on."""
    TROUBLE = "trouble"
    """The provider stands in the way; `says` how. It is tried again where that makes sense."""
    CLEARED = "cleared"
    """What stood in the way does not any more; `says` what."""
    IDLE = "idle"
    """All is drained; waiting for news."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the corridor says; only the fields its step names are filled."""

    step: Step
    tenant: str
    mailbox: str = ""
    """Address of the mailbox, or its id where it has none."""
    mails: int = 0
    of: int = 0
    says: str = ""
    report: Report | None = None
    receipt: Receipt | None = None


Notice = Callable[[Note], None]
"""Whoever wants to know. Called on the event loop's thread: it must be quick, and what it raises stops the walk."""


def nobody(_note: Note) -> None:
    """The notice of those who do not want to know."""

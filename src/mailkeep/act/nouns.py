"""An action on one mail, and the receipt for it."""

from datetime import datetime
from enum import StrEnum

import msgspec

from mailkeep.connect.port import Ref, State
from mailkeep.decide.nouns import Act


class Ended(StrEnum):
    """How an action ended."""

    DONE = "done"
    ALREADY = "already"
    GONE = "gone"
    FAILED = "failed"
    DRY = "dry"
    """Dry run: it would have been done."""


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One intended deed, written down before it is done."""

    id: str
    """Unique; the same for every retry of the same deed."""
    verdict: str
    """Id of the verdict that wanted it."""
    ref: Ref
    act: Act
    because: str
    by: str
    """"policy", or the name of the person who asked."""
    asked_at: datetime
    undo: State | None = None
    """The state found before the deed; what RESTORE brings back. None until it was looked up."""
    campaign: str = ""
    dry: bool = False


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an action."""

    action: str
    ended: Ended
    at: datetime
    why: str = ""
    """Reason of a failure, with the remedy; else empty."""

"""What was decided about a mail, and what is to be done about it."""

from datetime import datetime
from enum import StrEnum

import msgspec

from mailkeep.detect.scene import Attack, Signal


class Label(StrEnum):
    """The four things a mail can be called."""

    MALICIOUS = "malicious"
    SUSPICIOUS = "suspicious"
    GRAYMAIL = "graymail"
    CLEAN = "clean"


class Act(StrEnum):
    """What can be done to a mail. Every act but RESTORE names its undo by the state it found."""

    QUARANTINE = "quarantine"
    """Into a hidden folder, out of the user's sight."""
    DELETE = "delete"
    """Into the provider's trash: soft, so that it can be restored."""
    FLAG = "flag"
    """A visible mark; the mail stays where it is."""
    RESTORE = "restore"
    """Back to the exact former folder and flags."""


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """What judged: with the same bytes and history these give the same verdict again."""

    mailkeep: str
    weights: str
    """Digest of the weight table."""
    model: str
    """Digest of the language model's data."""
    policy: str
    """Digest of the policy."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The judgement of one mail."""

    label: Label
    attack: Attack | None
    score: float
    """Calibrated probability 0..1 that the mail is an attack."""
    log_odds: float
    """The capped sum behind the score."""
    signals: tuple[Signal, ...]
    """Ranked: what weighed most comes first; signs of trust last."""
    versions: Versions


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """One act the policy wants, and why. Dry intents are recorded and not carried out."""

    act: Act
    because: str
    """The policy line that wanted it: "malicious incoming → quarantine"."""
    dry: bool = False


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict with the intents it led to, at a moment."""

    verdict: Verdict
    intents: tuple[Intent, ...]
    at: datetime

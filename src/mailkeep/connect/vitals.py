"""How the line to a provider is: what a connector that speaks HTTP knows of it beyond single answers."""

from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """The line to one tenant's provider, as far as this process has met it. Moments are UTC, by our own clock."""

    last_answer_at: datetime | None = None
    """When the provider last did what was asked, or said of a mail that it is gone; None: it never has."""
    unanswered_since: datetime | None = None
    """When the oldest question was asked that no such answer has followed since; None: none is open."""
    skew_s: float | None = None
    """Seconds that the provider's clock (its Date header) is ahead of ours; None where it never told."""
    waiting_since: datetime | None = None
    """Since when every question for live mail had to wait for the quota; None while any goes through at once. Scans
    wait for the quota by design and do not count."""
    exhausted_until: datetime | None = None
    """Until when the provider refuses everything because a daily or project limit is used up."""


@runtime_checkable
class Vital(Protocol):
    """What a connector fits as well when it can tell how its line is."""

    def vitals(self) -> Vitals:
        """The line as it is now; asks nobody."""

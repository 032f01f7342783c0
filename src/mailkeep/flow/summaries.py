"""What a scan or a watch came to, in numbers that the command line and the console print."""

from collections.abc import Mapping
from datetime import datetime

import msgspec


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Some threats, counted."""

    mails: int
    mailboxes: int
    oldest: datetime
    """When the oldest of them was received."""
    read: int
    unread: int
    """Where neither is known (the provider did not say, or there are too many) a mail counts for none of the two."""


class Asleep(msgspec.Struct, frozen=True, kw_only=True):
    """The dormant threats of one kind."""

    attack: str
    """Kind of attack, or the label where the verdict names none."""
    lying: Counted


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """The dormant threats of one campaign."""

    campaign: str
    subject: str
    pull: str
    """The command that takes them all out of sight."""
    lying: Counted


class Dormant(msgspec.Struct, frozen=True, kw_only=True):
    """The threats that lie where their owners can open them."""

    mails: int = 0
    attacks: tuple[Asleep, ...] = ()
    """Most frequent first."""
    campaigns: tuple[Spread, ...] = ()
    """The largest, largest first."""


class ScanSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One historical scan."""

    tenant: str
    mailboxes: int
    mails: int
    """Read and judged in this run."""
    before: int
    """Read by earlier runs that this one went on from."""
    looked_again: int
    """Judged a second time, with everything learned."""
    labels: Mapping[str, int]
    """Label → mails of this tenant that bear it, dormant threats among them."""
    intents: int
    """Deeds wanted in this run, dry ones included."""
    seconds: float
    dormant: Dormant = Dormant()
    """What lies asleep in the archive, whichever scan found it."""
    skipped: tuple[tuple[str, str], ...] = ()
    """(what, why) of things that could not be read."""
    troubles: tuple[tuple[str, str], ...] = ()
    """(mailbox, why) of mailboxes that could not be read to their end; the same command goes on from there."""


class WatchSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One watch: with `once` a single drain."""

    tenant: str
    mailboxes: int
    mails: int
    """New mail judged."""
    labels: Mapping[str, int]
    """Label → new mails that got it in this run."""
    acted: Mapping[str, int]
    """How deeds ended in this run: done, already, gone, failed, dry."""
    waiting: int
    """Deeds still owed: the provider asked to wait, or a person must renew the consent."""
    seconds: float
    skipped: tuple[tuple[str, str], ...] = ()
    troubles: tuple[tuple[str, str], ...] = ()

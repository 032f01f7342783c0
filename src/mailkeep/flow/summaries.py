"""What a scan or a watch came to, in numbers that the command line and the console print."""

from collections.abc import Mapping

import msgspec


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

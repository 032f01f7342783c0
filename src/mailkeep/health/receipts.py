"""The proof that nothing was missed, as checks for a person: how many mailboxes, up to when, and what is open."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailkeep.health.check import Check, Standing
from mailkeep.store.coverage import Coverage

FRESH = timedelta(minutes=5)
"""A running watch proves every mailbox at least this often."""


def receipt_checks(tenant: str, coverage: Coverage, now: datetime) -> Iterator[Check]:
    """The receipts of one tenant; nothing before anything is promised there."""
    if not coverage.promised:
        return
    name = f"receipts {tenant}"
    if coverage.oldest_at is None:
        says = f"{coverage.promised} mailboxes were read, none was held against the provider's list yet"
        yield Check(name=name, standing=Standing.WARN, says=says, remedy=f"Run `mailkeep watch {tenant}`.")
        return
    says = (
        f"{coverage.covered} of {coverage.promised} mailboxes proved up to {coverage.oldest_at:%Y-%m-%d %H:%M:%S} UTC or "
        f"later: {coverage.listed} mails listed, {coverage.healed} found by that alone"
    )
    late = now - coverage.oldest_at > FRESH or coverage.covered < coverage.promised
    if coverage.missing:
        since = f"{coverage.missing_since:%Y-%m-%d %H:%M}" if coverage.missing_since else "now"
        says += f", {coverage.missing} without a verdict, the first since {since} UTC"
        remedy = "They are asked for again and again; `mailkeep doctor --json` lists what was given up and why."
        yield Check(name=name, standing=Standing.FAIL, says=says, remedy=remedy)
    elif late:
        remedy = (
            f"See that `mailkeep watch {tenant}` runs; troubles of kind unproven name mailboxes that cannot be listed."
        )
        yield Check(name=name, standing=Standing.WARN, says=says, remedy=remedy)
    else:
        yield Check(name=name, standing=Standing.FINE, says=f"{says}, none missing")

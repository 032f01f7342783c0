"""What `mailkeep doctor` looks at: room to write, work owed, what stands in the way, every tenant's reach and coverage."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime, timedelta

from mailkeep.connect.port import Connector, ProviderTrouble
from mailkeep.health.check import Check, Standing
from mailkeep.kit.trouble import OperatorError
from mailkeep.store.nouns import Summary, TenantCount
from mailkeep.store.store import Store

LEAST_FREE = 1 << 30
"""Bytes of free disk below which a person should look."""
LATE = timedelta(minutes=5)
"""Work owed for longer than this is late."""


def home_checks(store: Store, now: datetime, *, least_free: int = LEAST_FREE) -> Iterator[Check]:
    """Checks that need no provider. Takes: bytes of free disk that are enough."""
    summary = store.summary()
    yield _disk(store, least_free)
    yield _owed(summary, now)
    yield _given_up(summary)
    yield from (
        Check(name=f"{t.kind} {t.about}", standing=Standing.WARN, says=f"{t.says} (seen {t.times} times)")
        for t in store.troubles()
    )


def _disk(store: Store, least_free: int) -> Check:
    free = shutil.disk_usage(store.path.parent).free
    says = f"{free >> 20:,} MiB free beside {store.path.name} ({store.path.stat().st_size >> 20:,} MiB)"
    if free < least_free:
        return Check(name="disk", standing=Standing.WARN, says=says, remedy="Free some space, or move the home.")
    return Check(name="disk", standing=Standing.FINE, says=says)


def _owed(summary: Summary, now: datetime) -> Check:
    owed = sum(summary.due.values())
    if not owed or summary.oldest_due is None:
        return Check(name="work owed", standing=Standing.FINE, says="none")
    says = f"{owed} jobs ({', '.join(f'{lane} {count}' for lane, count in sorted(summary.due.items()))})"
    if now - summary.oldest_due > LATE:
        late = f"{says}, the oldest due since {summary.oldest_due:%Y-%m-%d %H:%M} UTC"
        return Check(
            name="work owed", standing=Standing.WARN, says=late, remedy="Run `mailkeep watch`; it does what is owed."
        )
    return Check(name="work owed", standing=Standing.FINE, says=says)


def _given_up(summary: Summary) -> Check:
    if not summary.dead:
        return Check(name="work given up", standing=Standing.FINE, says="none")
    return Check(
        name="work given up",
        standing=Standing.FAIL,
        says=f"{summary.dead} jobs failed again and again",
        remedy="`mailkeep doctor --json` lists them with their reasons.",
    )


async def tenant_checks(store: Store, connect: Mapping[str, Callable[[], Connector]]) -> AsyncIterator[Check]:
    """Reach and coverage of every tenant: what the provider lists against what was judged."""
    counted = {each.tenant: each for each in store.summary().tenants}
    for name, opened in connect.items():
        try:
            yield await _reached(name, opened(), counted.get(name))
        except (ProviderTrouble, OperatorError) as trouble:
            yield Check(name=f"reach {name}", standing=Standing.FAIL, says=str(trouble))


async def _reached(name: str, connector: Connector, counted: TenantCount | None) -> Check:
    try:
        return await _coverage(name, connector, counted)
    finally:
        await connector.close()


async def _coverage(name: str, connector: Connector, counted: TenantCount | None) -> Check:
    mailboxes = await connector.mailboxes()
    if counted is None or not counted.mails:
        says = f"reached, {len(mailboxes)} mailboxes, nothing read yet"
        return Check(name=f"coverage {name}", standing=Standing.WARN, says=says, remedy=f"Run `mailkeep scan {name}`.")
    listed = sum([await connector.count(mailbox) for mailbox in mailboxes])
    says = (
        f"{len(mailboxes)} mailboxes ({counted.caught_up} read to their end), "
        f"{listed} mails listed by the provider, {counted.mails} judged here"
    )
    if counted.caught_up < len(mailboxes) or listed > counted.mails:
        return Check(
            name=f"coverage {name}",
            standing=Standing.WARN,
            says=says,
            remedy=f"Run `mailkeep watch {name} --once`; it reads what is missing.",
        )
    return Check(name=f"coverage {name}", standing=Standing.FINE, says=says)

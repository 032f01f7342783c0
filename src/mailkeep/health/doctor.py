"""What `mailkeep doctor` looks at: room to write, work owed, what stands in the way, and how every tenant is."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from mailkeep.connect.grants import Granting
from mailkeep.connect.port import Connector, ProviderTrouble
from mailkeep.health.check import Check, Standing
from mailkeep.health.latency import latency_checks
from mailkeep.health.needs import Wish
from mailkeep.health.notices import notice_checks
from mailkeep.health.permissions import permission_checks
from mailkeep.health.receipts import receipt_checks
from mailkeep.kit.trouble import OperatorError
from mailkeep.people.directory import Mailbox
from mailkeep.store.nouns import Summary, TenantCount
from mailkeep.store.store import Store

LEAST_FREE = 1 << 30
"""Bytes of free disk below which a person should look."""
LATE = timedelta(minutes=5)
"""Work owed for longer than this is late."""
A_DAY = timedelta(days=1)
"""Latency is told of mail judged since then."""
MOST_COUNTED = 200
"""Mailboxes whose mail is counted one by one; of a larger tenant the receipts alone tell."""
MANY_REFUSED = 5
"""So many mailboxes that cannot be counted are no longer a matter of single mailboxes."""


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


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """One tenant as the doctor knows it."""

    name: str
    kind: str
    """The connector's word: maildir, m365 …"""
    connect: Callable[[], Connector]
    wish: Wish = Wish()
    """What the operator set that changes what must be granted."""


async def tenant_checks(store: Store, patients: Iterable[Patient], now: datetime) -> AsyncIterator[Check]:
    """Switches, proof, latency, grants and reach of every tenant; one that cannot be reached hides none of the others."""
    counted = {each.tenant: each for each in store.summary().tenants}
    for patient in patients:
        for off in store.switches.of(patient.name).values():
            yield Check(name=f"switch {patient.name} {off.tier.value}", standing=Standing.WARN, says=str(off))
        proof = store.coverage.summary(patient.name)
        for check in receipt_checks(patient.name, proof, now) if proof.covered else ():
            yield check  # before a watch kept the first receipt the counts below are all there is
        for check in latency_checks(patient.name, store.latency.quantiles(patient.name, now - A_DAY)):
            yield check
        for check in notice_checks(patient.name, store.subscriptions.counts(patient.name)):
            yield check
        try:
            for check in await _seen(patient, counted.get(patient.name), now):
                yield check
        except (ProviderTrouble, OperatorError) as trouble:
            yield Check(name=f"reach {patient.name}", standing=Standing.FAIL, says=str(trouble))


async def _seen(patient: Patient, counted: TenantCount | None, now: datetime) -> list[Check]:
    """What the provider shows. Raises: ProviderTrouble."""
    connector = patient.connect()
    try:
        granted = await connector.granted() if isinstance(connector, Granting) else ()
        checks = permission_checks(patient.name, patient.kind, granted, patient.wish, now) if granted else ()
        return [*checks, await _coverage(patient.name, connector, counted)]
    finally:
        await connector.close()


async def _counted(connector: Connector, mailboxes: Iterable[Mailbox]) -> tuple[int, list[str]]:
    """How many mails the provider lists, and why it lists none of some mailboxes. Raises: ProviderTrouble for many."""
    listed, refusals = 0, []
    for mailbox in mailboxes:
        try:
            listed += await connector.count(mailbox)
        except ProviderTrouble as trouble:
            refusals.append(str(trouble))
            if len(refusals) == MANY_REFUSED:
                raise
    return listed, refusals


async def _coverage(name: str, connector: Connector, counted: TenantCount | None) -> Check:
    mailboxes = await connector.mailboxes()
    if counted is None or not counted.mails:
        says = f"reached, {len(mailboxes)} mailboxes, nothing read yet"
        return Check(name=f"coverage {name}", standing=Standing.WARN, says=says, remedy=f"Run `mailkeep scan {name}`.")
    says = f"{len(mailboxes)} mailboxes ({counted.caught_up} read to their end), {counted.mails} mails judged here"
    missing = counted.caught_up < len(mailboxes)
    if len(mailboxes) <= MOST_COUNTED:
        listed, refusals = await _counted(connector, mailboxes)
        says = "; ".join((f"{says}, {listed} listed by the provider", *refusals))
        missing = missing or bool(refusals) or listed > counted.mails + counted.canaries
    if missing:
        return Check(
            name=f"coverage {name}",
            standing=Standing.WARN,
            says=says,
            remedy=f"Run `mailkeep watch {name} --once`; it reads what is missing.",
        )
    return Check(name=f"coverage {name}", standing=Standing.FINE, says=says)

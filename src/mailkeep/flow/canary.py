"""The canary: every few minutes a mailbox sends itself a mail, and the loop is proved when its verdict is kept.

It is scanned like any mail and exempt from nothing; an attacker who copied it would gain nothing. Once found, every copy is
deleted like any mail, and no canary counts as a user's mail. Name a mailbox of its own for it: what is usual in that
mailbox is learned from it, too.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

import msgspec

from mailkeep.act.nouns import Action
from mailkeep.connect.port import ProviderTrouble, Ref, Sending
from mailkeep.decide.nouns import Act
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import Walk
from mailkeep.health.feeds import Kind
from mailkeep.store.canaries import CANARY, Canary
from mailkeep.store.naming import deed_id

EVERY = timedelta(minutes=5)
LATE = timedelta(minutes=2)
"""A canary that has no verdict after this is told of."""
LOST = timedelta(hours=1)
"""After this nobody waits for it any more; the trouble stays until another one arrives."""
LINGERS = timedelta(minutes=5)
"""So long after its verdict copies are still looked for: the one in the Sent folder may be read later."""
TURN_S = 5.0


@dataclass(slots=True)
class Aviary:
    """The canaries of one walk."""

    walk: Walk
    connector: Sending
    sent_at: datetime | None = None
    deleted: set[str] = field(default_factory=set)
    """Verdicts of copies whose deletion is owed or done."""

    async def turn(self) -> None:
        """Sends a canary when it is time, and looks what became of the others. Raises: StoreError."""
        now = self.walk.house.clock()
        self._look(now)
        if self.walk.outage or (self.sent_at is not None and now - self.sent_at < EVERY):
            return
        self.sent_at = now
        await self._send(now)

    async def _send(self, now: datetime) -> None:
        address, tenant = self.walk.tenant.canary, self.walk.tenant.name
        mailbox = next((each for each in self.walk.mailboxes if address in {each.address, each.id}), None)
        if mailbox is None:
            self._alarm(now, f"{address}: the canary's mailbox is none of {tenant}'s. Correct tenants.{tenant}.canary.")
            return
        token = secrets.token_hex(16)
        canary = Canary(
            message_id=f"mailkeep-canary.{token}@{address.rpartition('@')[2]}",
            subject=f"Mailkeep canary {token[:8]}",
            address=address,
            sent_at=now,
        )
        canaries = self.walk.house.store.canaries
        canaries.keep(tenant, (*canaries.flying(tenant), canary))
        try:
            await self.connector.send(mailbox, letter_of(canary))
        except ProviderTrouble as trouble:
            canaries.keep(tenant, tuple(each for each in canaries.flying(tenant) if each != canary))
            self._alarm(now, f"{address}: the canary could not be sent: {trouble}")

    def _look(self, now: datetime) -> None:
        """Deletes the canaries that have arrived, tells of those that are late, forgets those that are lost."""
        canaries, tenant = self.walk.house.store.canaries, self.walk.tenant.name
        before = canaries.flying(tenant)
        flying = tuple(self._looked_for(canary, now) for canary in before)
        late = [each for each in flying if each.arrived_at is None and now - each.sent_at > LATE]
        if late:
            says = (
                f"{late[0].address}: the canary sent at {late[0].sent_at:%H:%M:%S} UTC has no verdict after "
                f"{(now - late[0].sent_at).total_seconds():.0f} s: new mail may not be inspected in time. "
                "`mailkeep doctor` tells what is in the way."
            )
            self._alarm(now, says)
        elif flying != before:
            self._over()
        kept = tuple(each for each in flying if not _is_done(each, now))
        if kept != before:
            canaries.keep(tenant, kept)

    def _looked_for(self, canary: Canary, now: datetime) -> Canary:
        """The canary, arrived where a copy of it has a verdict; every copy found is owed to be deleted."""
        tenant, store = self.walk.tenant.name, self.walk.house.store
        copies = store.canaries.found(tenant, canary)
        fresh = [(verdict, ref) for verdict, ref, _ in copies if verdict not in self.deleted]
        if fresh:
            dry = self.walk.house.dry_run
            store.ledger.intend([_deletion(verdict, ref, now, dry=dry) for verdict, ref in fresh], tenant, now)
            self.deleted.update(verdict for verdict, _ in fresh)
        if canary.arrived_at is None and any(there for _, _, there in copies):
            return msgspec.structs.replace(canary, arrived_at=now)
        return canary

    def _alarm(self, now: datetime, says: str) -> None:
        store, tenant = self.walk.house.store, self.walk.tenant.name
        if not self._is_told():
            self.walk.tell(Step.TROUBLE, says=says)
        store.note_trouble(tenant, self.walk.tenant.canary, Kind.CANARY.value, says, now)

    def _over(self) -> None:
        """Takes the alarm back: canaries arrive."""
        if not self._is_told():
            return
        self.walk.house.store.clear_trouble(self.walk.tenant.name, self.walk.tenant.canary, (Kind.CANARY.value,))
        self.walk.tell(Step.CLEARED, says=f"{self.walk.tenant.canary}: the canary arrives again.")

    def _is_told(self) -> bool:
        name = self.walk.tenant.name
        return any(each.tenant == name and each.kind == Kind.CANARY for each in self.walk.house.store.troubles())


async def sing(walk: Walk) -> None:
    """Sends canaries until it is cancelled; rests where none is wanted or the provider cannot send. Raises: StoreError."""
    if not walk.tenant.canary or not isinstance(walk.connector, Sending):
        return
    aviary = Aviary(walk, walk.connector)
    while True:
        await aviary.turn()
        await asyncio.sleep(TURN_S)


def letter_of(canary: Canary) -> bytes:
    """The mail."""
    return (
        f"From: {canary.address}\r\nTo: {canary.address}\r\nSubject: {canary.subject}\r\n"
        f"Date: {format_datetime(canary.sent_at)}\r\nMessage-ID: <{canary.message_id}>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Mailkeep sends this mail from this mailbox to itself to prove that new mail is inspected, and deletes it again.\r\n"
    ).encode()


def _is_done(canary: Canary, now: datetime) -> bool:
    """True when nothing more is to be looked for."""
    return now - (canary.arrived_at or canary.sent_at) > (LINGERS if canary.arrived_at else LOST)


def _deletion(verdict: str, ref: Ref, at: datetime, *, dry: bool) -> Action:
    return Action(
        id=deed_id(verdict, Act.DELETE, CANARY),
        verdict=verdict,
        ref=ref,
        act=Act.DELETE,
        because="the canary has arrived",
        by=CANARY,
        asked_at=at,
        campaign=CANARY,
        dry=dry,
    )

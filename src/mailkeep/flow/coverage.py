"""Proof that nothing is missed: every mailbox held against its provider's list again and again, one after the other."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zlib import crc32

from mailkeep.connect.port import Gone, ProviderTrouble, Refused, Throttled
from mailkeep.flow.gaps import look_at
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import Walk
from mailkeep.kit.trouble import OperatorError
from mailkeep.people.directory import Mailbox
from mailkeep.store.coverage import CoverageReceipt
from mailkeep.store.due import backoff

OVERLAP = timedelta(minutes=15)
"""So far back each look goes beyond the receipt before: providers show some mail later than they date it."""
FAR_BACK = timedelta(days=1)
"""The same for one look in sixteen, for mail that is dated far back."""
ROUND_S = 240.0
"""Every mailbox is looked at this often at least: with `gaps.GRACE`, a gap is found within five minutes."""
ACTIVE_S = 60.0
"""The same where mail arrived since the last look."""
UNREAD_S = 5.0
"""The same where nothing is promised yet: a mailbox that is being read for the first time asks nothing of the provider."""
SOON_S = 30.0
"""The same where mail was on its way or a gap is open; and the first wait for a mailbox that cannot be listed."""
BACKLOG = 50
"""So many open gaps in one mailbox are mail that waits for its turn, which looking more often does not shorten."""
MOST_WAIT_S = 3600.0
"""The longest wait for a mailbox that is disabled or has no licence."""
LOOKS_A_SECOND = 50
"""Active mailboxes of a large tenant share this rate; quiet ones keep ROUND_S whatever their number."""
TICK_S = 1.0


async def reconcile(walk: Walk, mailbox: Mailbox) -> CoverageReceipt | None:
    """The new receipt of this mailbox, kept; what is missing is owed to be read. None while nothing is promised here.

    Raises: ProviderTrouble when its mails cannot be listed, StoreError.
    """
    book, tenant = walk.house.store.coverage, walk.tenant.name
    look = await look_at(walk, mailbox, book.receipt(tenant, mailbox.id), OVERLAP)
    if look is None:
        return None
    book.keep(tenant, [look.receipt])
    return look.receipt


@dataclass(slots=True)
class Rounds:
    """Every mailbox of a walk looked at in its turn."""

    walk: Walk
    next_at: dict[str, datetime] = field(default_factory=dict)
    """Mailbox → when it is looked at next; those being looked at are not in here."""
    busy: set[str] = field(default_factory=set)
    receipts: dict[str, CoverageReceipt] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    """Mailbox → how often in a row it could not be listed."""
    fresh: dict[str, CoverageReceipt] = field(default_factory=dict)
    """Receipts that are not kept yet."""

    def take(self) -> list[Mailbox]:
        """The mailboxes whose turn it is, longest due first; none while the provider is known to be out of reach."""
        now = self.walk.house.clock()
        mailboxes = {each.id: each for each in self.walk.mailboxes}
        self._enrol(mailboxes, now)
        if self.walk.outage:
            return []
        due = sorted((at, name) for name, at in self.next_at.items() if at <= now)
        for _, name in due:
            del self.next_at[name]
            self.busy.add(name)
        return [mailboxes[name] for _, name in due]

    async def visit(self, mailbox: Mailbox) -> None:
        """Looks at one mailbox and says when it is its turn again. Raises: StoreError."""
        try:
            wait_s = await self._look(mailbox)
        except ProviderTrouble as trouble:
            wait_s = self._put_off(mailbox, trouble)
        early = 1 - jitter(mailbox.id, self.looks.get(mailbox.id, 0)) / 8
        self.busy.discard(mailbox.id)
        self.next_at[mailbox.id] = self.walk.house.clock() + timedelta(seconds=wait_s * early)

    def keep(self) -> None:
        """Keeps the receipts of the last looks, many in one transaction: one that is lost only makes the next look longer."""
        if self.fresh:
            self.walk.house.store.coverage.keep(self.walk.tenant.name, list(self.fresh.values()))
            self.fresh.clear()

    @property
    def at_once(self) -> int:
        """How many mailboxes may be looked at at a time, so that the rounds keep their pace at a fifth of a second a look."""
        return min(64, max(8, len(self.walk.mailboxes) // 300))

    async def _look(self, mailbox: Mailbox) -> float:
        """Seconds until the mailbox is to be looked at again. Raises: ProviderTrouble."""
        tenant, store, name = self.walk.tenant.name, self.walk.house.store, mailbox.id
        last = self.receipts.get(name) or store.coverage.receipt(tenant, name)
        turn = self.looks.get(name, crc32(name.encode())) + 1
        look = await look_at(self.walk, mailbox, last, OVERLAP if turn % 16 else FAR_BACK)
        if self.failures.pop(name, 0) or name not in self.looks:
            store.clear_trouble(tenant, name, ("unproven",))
        self.looks[name] = turn
        if look is None:
            return min(ACTIVE_S, max(UNREAD_S, len(self.walk.mailboxes) / LOOKS_A_SECOND))
        self.receipts[name] = self.fresh[name] = look.receipt
        if len(look.receipt.missing) > BACKLOG:
            return ROUND_S
        if look.on_its_way or look.receipt.missing:
            return SOON_S
        if last is not None and look.receipt.listed > last.listed:
            return min(ROUND_S, max(ACTIVE_S, len(self.walk.mailboxes) / LOOKS_A_SECOND))
        return ROUND_S

    def _put_off(self, mailbox: Mailbox, trouble: ProviderTrouble) -> float:
        """Seconds until the mailbox is tried again; from its second failure on the trouble is told of."""
        if isinstance(trouble, Throttled):
            return max(SOON_S, trouble.retry_after_s or 0.0)
        self.failures[mailbox.id] = failures = self.failures.get(mailbox.id, 0) + 1
        if failures == 2 and not self.walk.outage:
            name = mailbox.address or mailbox.id
            says = f"{name}: its mails cannot be listed, so nothing proves that none was missed: {trouble}"
            store, now = self.walk.house.store, self.walk.house.clock()
            store.note_trouble(self.walk.tenant.name, mailbox.id, "unproven", says, now)
            self.walk.tell(Step.TROUBLE, mailbox, says=says)
        lasting = isinstance(trouble, (Gone, Refused))
        return backoff(failures - 1, SOON_S, MOST_WAIT_S if lasting else ROUND_S).total_seconds()

    def _enrol(self, mailboxes: Mapping[str, Mailbox], now: datetime) -> None:
        """Gives mailboxes that came a first turn, evenly spread, and forgets those that went."""
        new = [name for name in mailboxes if name not in self.next_at and name not in self.busy]
        spread_s = min(ROUND_S, len(new) / LOOKS_A_SECOND)
        for place, name in enumerate(new):
            self.next_at[name] = now + timedelta(seconds=spread_s * place / len(new))
        for name in [name for name in self.next_at if name not in mailboxes]:
            for known in (self.next_at, self.receipts, self.looks, self.failures, self.fresh):
                known.pop(name, None)
            self.walk.house.store.coverage.forget(self.walk.tenant.name, [name])


async def rounds(walk: Walk) -> None:
    """Proves every mailbox again and again until it is cancelled. Raises: StoreError."""
    going = Rounds(walk)
    try:
        async with asyncio.TaskGroup() as group:
            gate = asyncio.Semaphore(going.at_once)
            while True:
                for mailbox in going.take():
                    await gate.acquire()
                    group.create_task(going.visit(mailbox)).add_done_callback(lambda _: gate.release())
                going.keep()
                await asyncio.sleep(TICK_S)
    except* OperatorError as stopped:
        raise stopped.exceptions[0] from None


def jitter(name: str, turn: int) -> float:
    """A number in [0, 1) that is another for every name and turn, and always the same for both."""
    return crc32(f"{name} {turn}".encode()) / 2**32

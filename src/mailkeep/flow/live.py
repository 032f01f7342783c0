"""Mail that a notice told of: fetched, judged and kept within a breath, before any page.

Notices are work in the live lane of the due table, written by whoever hears them. Fetches go on side by side and a mail is
judged as soon as it is here, so that no slow mailbox holds up another; whatever is here at a time is kept in one transaction,
which strikes off the work as well. A crash in between leaves the work owed; its mail is then judged once more, or known.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from mailkeep.connect.port import (
    QUARANTINE_FOLDER,
    ConsentLost,
    Delivery,
    Gone,
    ProviderTrouble,
    Ref,
    Refused,
    Throttled,
)
from mailkeep.flow.notice import Step
from mailkeep.flow.pipeline import Manner, decide, keep_all
from mailkeep.flow.walk import Walk
from mailkeep.flow.worker import MOST_ATTEMPTS, crew, retry_moment, rung
from mailkeep.people.directory import Mailbox
from mailkeep.store.due import FOUND_PRIO, LIVE_LANE, Claim, DueRow
from mailkeep.store.naming import verdict_id
from mailkeep.store.nouns import Batch, Kept, Times

TICK_S = 0.2
"""Seconds between two looks for notices that another process heard; those of this process ring."""
IN_HAND = 200
"""Notices in hand: enough to keep the judge busy while the next mails are fetched."""
BATCH_S = 0.1
"""Mails are kept, and acted on, after this much judging at the latest."""
LEASE_S = 300.0
"""Longer than any fetch; the work of a process that is known to be dead is free at once all the same."""
SOON = timedelta(seconds=0.5)
"""Until when the verdict on a mail that a page holds at the moment will have been kept."""
UNLISTED = timedelta(seconds=5)
"""How long a notice of a mailbox that nobody knows waits for the mailboxes to be listed again."""


class Arrival(msgspec.Struct, frozen=True):
    """What a notice told of, here to be judged; no mails where they are gone already."""

    row: DueRow
    mailbox: Mailbox
    deliveries: Sequence[Delivery]
    at: datetime


@dataclass(slots=True, kw_only=True)
class Live:
    """The live lane of one tenant."""

    walk: Walk
    owner: str
    """Who holds the work: the same as the worker's, which frees what dead processes held."""
    kept: Callable[[Sequence[Kept]], None]
    """Told of the mails that were judged and kept."""
    stirred: Callable[[Mailbox, datetime], None]
    """Told of a mailbox in which something is new, as a notice said at that moment that did not say what."""
    unlisted: Callable[[], None]
    """Told that there are mailboxes which the walk does not know."""
    trouble: ProviderTrouble | None = None
    """The last thing the provider refused."""
    ready: deque[Arrival] = field(default_factory=deque)
    in_hand: int = 0
    patience: dict[str, datetime] = field(default_factory=dict)
    """Mailbox → until when its provider asked to be left alone."""

    async def go_on(self) -> None:
        """Judges what notices tell of until it is cancelled."""
        await self._work(until_drained=False)

    async def drain(self) -> None:
        """Judges everything that notices have told of and that can be had now."""
        await self._work(until_drained=True)

    async def _work(self, *, until_drained: bool) -> None:
        async with crew() as fetching:
            while True:
                self.walk.bell.clear()
                for row in self._claim():
                    fetching.create_task(self._fetch(row))
                if self.ready:
                    await self._judge()
                elif until_drained and not self.in_hand:
                    return
                else:
                    await rung(self.walk.bell, TICK_S)

    def _claim(self) -> list[DueRow]:
        """Notices to follow up, each in hand from now on; those of mails that have a verdict are struck off."""
        due, tenant, now = self.walk.house.store.due, self.walk.tenant.name, self.walk.house.clock()
        room = IN_HAND - self.in_hand
        if room <= 0 or not due.is_any(LIVE_LANE, tenant, now):
            return []
        claim = Claim(lane=LIVE_LANE, owner=self.owner, at=now, most=room, lease_s=LEASE_S, tenant=tenant)
        rows = due.claim(claim)
        judged = self.walk.house.store.judged([verdict_id(tenant, ref) for row in rows for ref in _refs(row)])
        done: list[DueRow] = []
        chosen: list[DueRow] = []
        for row in rows:
            if not row.refs:
                self._stir(row)
            if all(verdict_id(tenant, ref) in judged for ref in _refs(row)):
                done.append(row)
            elif self._may_begin(row, now):
                chosen.append(row)
        due.strike(done)
        self.in_hand += len(chosen)
        return chosen

    def _stir(self, row: DueRow) -> None:
        """Has the mailbox read; one that is new has its first turn once it is listed."""
        mailbox = self.walk.listed(row.key)
        if mailbox is None:
            self.unlisted()
        else:
            self.stirred(mailbox, row.at)

    def _may_begin(self, row: DueRow, now: datetime) -> bool:
        """False for a notice that is put off, or given up, before it is followed up."""
        if row.attempts > MOST_ATTEMPTS:
            why = f"begun {row.attempts - 1} times and never ended, as if it stopped the whole process"
            self.walk.house.store.due.bury(row, why, now)
            return False
        until = self.patience.get(row.key, now)
        if until <= now and row.waits == 0 and self.walk.listed(row.key) is None:
            self.unlisted()
            until = now + UNLISTED
        if until > now:
            self.walk.house.store.due.retry(row, until, counted=False)
        return until <= now

    async def _fetch(self, row: DueRow) -> None:
        """Has the mails of this notice ready to be judged; else the notice is put off or given up."""
        mailbox = self.walk.mailbox(row.key)
        try:
            found = [await self._mail(ref) for ref in _refs(row)]
        except ProviderTrouble as trouble:
            self.in_hand -= 1
            self._put_off(row, mailbox, trouble)
        else:
            deliveries = [each for each in found if each is not None]
            self.walk.tell(Step.FETCHED, mailbox, mails=len(deliveries))
            self.ready.append(Arrival(row, mailbox, deliveries, self.walk.house.clock()))
        self.walk.bell.set()

    async def _mail(self, ref: Ref) -> Delivery | None:
        """The mail; None when it is gone, or lies where `Connector.fetch` does not look either."""
        try:
            found = await self.walk.connector.again(ref)
        except Gone:
            return None
        return None if "draft" in found.state.flags or found.state.folder == QUARANTINE_FOLDER else found

    def _put_off(self, row: DueRow, mailbox: Mailbox, trouble: ProviderTrouble) -> None:
        due, now = self.walk.house.store.due, self.walk.house.clock()
        if isinstance(trouble, Refused):
            due.bury(row, str(trouble), now)
            return
        at = retry_moment(trouble, row.waits, now)
        if isinstance(trouble, Throttled):
            self.patience[row.key] = at
        else:
            self.trouble = trouble
            kind = "consent-lost" if isinstance(trouble, ConsentLost) else "unreachable"
            self.walk.meet_trouble(mailbox, kind, str(trouble))
        due.retry(row, at, counted=False)

    async def _judge(self) -> None:
        """Judges what is ready, or as much as may be before it is kept, and keeps it."""
        done: list[DueRow] = []
        mails: dict[Mailbox, list[Kept]] = {}
        until = time.monotonic() + BATCH_S
        with self.walk.precedence.live():
            while self.ready and time.monotonic() < until:
                arrival = self.ready.popleft()
                judged = [kept for each in arrival.deliveries if (kept := self._decide(arrival, each)) is not None]
                mails.setdefault(arrival.mailbox, []).extend(judged)
                if len(judged) == len(arrival.deliveries):
                    done.append(arrival.row)
                else:
                    self.walk.house.store.due.retry(arrival.row, self.walk.house.clock() + SOON, counted=False)
                self.in_hand -= 1
                await asyncio.sleep(0)
            self._keep(mails, done)

    def _decide(self, arrival: Arrival, delivery: Delivery) -> Kept | None:
        """The mail judged; None when somebody else is about to keep the verdict."""
        if not self.walk.precedence.take(verdict_id(self.walk.tenant.name, delivery.ref)):
            return None
        judge = self.walk.judge.standing_at(arrival.mailbox, sent_folder=delivery.sent)
        kept = decide(self.walk, judge, delivery, Manner())
        notified_at = arrival.row.at if arrival.row.prio < FOUND_PRIO else None
        return msgspec.structs.replace(kept, times=Times(notified_at=notified_at, fetched_at=arrival.at))

    def _keep(self, mails: dict[Mailbox, list[Kept]], done: Sequence[DueRow]) -> None:
        tenant, now = self.walk.tenant.name, self.walk.house.clock()
        batches = [
            Batch(tenant=tenant, mailbox=mailbox, at=now, mails=tuple(of_it))
            for mailbox, of_it in mails.items()
            if of_it
        ]
        keep_all(self.walk, batches, done)
        self.kept([mail for batch in batches for mail in batch.mails])


def _refs(row: DueRow) -> list[Ref]:
    return [Ref(mailbox=row.key, id=ref) for ref in row.refs]

"""The provider's promises to tell of new mail: made for every mailbox, renewed long before their end, made anew when lost.

A mailbox without a promise is read all the same, by looking; so nothing here is ever waited for.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

import msgspec

from mailkeep.connect.port import (
    SEALED,
    Gone,
    Hook,
    Promising,
    ProviderTrouble,
    Pushing,
    Refused,
    Subscription,
    Throttled,
    Unreachable,
)
from mailkeep.flow.coverage import jitter
from mailkeep.flow.jobs import Done, Job, Outcome
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import Walk
from mailkeep.flow.worker import Worker, together
from mailkeep.health.feeds import MOST_NAMED, Kind
from mailkeep.people.directory import Mailbox
from mailkeep.store.due import backoff, live_work
from mailkeep.store.subscriptions import LIFE_LANE, Promise

RENEWED_FROM, RENEWED_UNTIL = 0.60, 0.75
"""The part of its life after which a promise is renewed: another one for each, so that they never all fall due at once."""
AT_ONCE = 8
MADE_A_TURN = 100
"""Promises that are made or renewed in one turn at most: twenty a second."""
TURN_S = 5.0
CHECKED_S = 40.0
"""Seconds between two comparisons with the provider's own list of promises."""
CHECKED_A_SECOND = 100
"""A large tenant's list is compared less often: at this many promises a second."""
FIRST_WAIT_S, MOST_WAIT_S = 60.0, 6 * 3600.0
"""How long a mailbox is left alone whose promise is refused: it is disabled, has no licence, is out of our scope."""
FIRST_AWAY_S, MOST_AWAY_S = 5.0, 120.0
"""The same where the provider was not reached, or did not reach us: what stands in the way is none of the mailbox'."""
SETTLED = timedelta(minutes=10)
"""A promise so young is neither renewed again nor called deaf."""


@dataclass(slots=True, kw_only=True)
class Subscriber:
    """Keeps the promises of one walk."""

    walk: Walk
    connector: Pushing
    hook: Hook
    promises: dict[str, Promise] = field(init=False)
    """Mailbox → its promise. Nobody else makes any while the walk goes on."""
    worker: Worker = field(init=False)
    not_before: dict[str, datetime] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    checked_at: datetime | None = None
    resealed: set[str] = field(default_factory=set)
    """Mailboxes whose promise was made anew for its seal; not twice, should a provider not tell of seals rightly."""

    def __post_init__(self) -> None:
        house, tenant = self.walk.house, self.walk.tenant.name
        self.promises = house.store.subscriptions.of_tenant(tenant)
        self.worker = Worker(store=house.store, tenant=tenant, clock=house.clock)
        self.worker.subscribe(LIFE_LANE, self.live_through, AT_ONCE)

    async def turn(self) -> None:
        """Everything that is due now, as far as the rate allows; nothing while no mailbox can be reached."""
        if self.walk.outage:
            return
        await self.worker.drain(LIFE_LANE)
        self._drop_deaf()
        await self._check()
        gate = asyncio.Semaphore(AT_ONCE)
        await together(self._in_turn(gate, mailbox) for mailbox in list(islice(self._due(), MADE_A_TURN)))
        if all(mailbox.id in self.promises for mailbox in self.walk.mailboxes):
            self._clear(self.walk.tenant.name)

    async def live_through(self, job: Job) -> Outcome:
        """Handles a notice about a promise itself. Raises: ProviderTrouble when it is to be tried later."""
        mailbox, event = self.walk.mailbox(job.key), job.refs[0]
        promise = self.promises.get(mailbox.id)
        if event == "subscriptionRemoved":
            self._drop(mailbox.id)
        elif event == "reauthorizationRequired":
            if promise is not None and self.walk.house.clock() - promise.made_at > SETTLED:
                await self._renew(mailbox, promise)
        else:
            self._read(mailbox)  # "missed", or a word that is new to us: looking is never wrong
        return Done()

    def _due(self) -> Iterator[Mailbox]:
        """Mailboxes without a promise, with one that ends, and with one that is not needed any more."""
        now = self.walk.house.clock()
        listed = {each.id for each in self.walk.mailboxes}
        for mailbox in self.walk.mailboxes:
            if self.not_before.get(mailbox.id, now) > now:
                continue
            promise = self.promises.get(mailbox.id)
            if promise is None or now >= renewal(promise):
                yield mailbox
        for name in [name for name in self.promises if name not in listed]:
            if self.not_before.get(name, now) <= now:
                yield Mailbox(id=name, address="")

    async def _in_turn(self, gate: asyncio.Semaphore, mailbox: Mailbox) -> None:
        async with gate:
            try:
                await self._keep_promise(mailbox)
            except ProviderTrouble as trouble:
                self._put_off(mailbox, trouble)
                return
        self.not_before.pop(mailbox.id, None)
        self.failures.pop(mailbox.id, None)
        self._clear(mailbox.id)

    async def _keep_promise(self, mailbox: Mailbox) -> None:
        promise = self.promises.get(mailbox.id)
        if promise is not None and all(each.id != mailbox.id for each in self.walk.mailboxes):
            await self.connector.unsubscribe(self._at_provider(promise))
            self._drop(mailbox.id)
        elif promise is None or promise.expires_at <= self.walk.house.clock():
            await self._make(mailbox)
        else:
            await self._renew(mailbox, promise)

    async def _make(self, mailbox: Mailbox) -> None:
        """A new promise with a secret of its own. What came before it holds is read."""
        secret = (SEALED if self.hook.seal else "") + secrets.token_urlsafe(32)
        hook = msgspec.structs.replace(self.hook, secret=secret)
        try:
            made = await self.connector.subscribe(mailbox, hook)
        except Refused:
            if not await self._end_others(mailbox):
                raise
            made = await self.connector.subscribe(mailbox, hook)
        now = self.walk.house.clock()
        promise = Promise(
            tenant=self.walk.tenant.name,
            mailbox=mailbox.id,
            id=made.id,
            secret=hashlib.sha256(secret.encode()).hexdigest(),
            expires_at=made.expires_at,
            made_at=now,
        )
        self.walk.house.store.subscriptions.keep(promise)
        self.promises[mailbox.id] = promise
        self._read(mailbox)

    async def _renew(self, mailbox: Mailbox, promise: Promise) -> None:
        """The promise for longer, or a new one where the provider has dropped it."""
        try:
            renewed = await self.connector.renew(self._at_provider(promise))
        except Gone:
            self._drop(mailbox.id)
            await self._make(mailbox)
            return
        now = self.walk.house.clock()
        self.walk.house.store.subscriptions.renewed(promise.tenant, promise.mailbox, renewed.expires_at, now)
        self.promises[mailbox.id] = msgspec.structs.replace(promise, expires_at=renewed.expires_at, made_at=now)

    async def _end_others(self, mailbox: Mailbox) -> bool:
        """Ends the promises that stand in the way of a new one; False when none is known."""
        ours = self.promises.get(mailbox.id)
        others = [self._at_provider(ours)] if ours else []
        if isinstance(self.connector, Promising):
            others += [each for each in await self.connector.promises() if each.mailbox == mailbox.id]
        for each in others:
            await self.connector.unsubscribe(each)
        return bool(others)

    async def _check(self) -> None:
        """Holds our promises against the provider's list: one that it dropped without a word is made anew at once."""
        now = self.walk.house.clock()
        pause = timedelta(seconds=max(CHECKED_S, len(self.promises) / CHECKED_A_SECOND))
        if not isinstance(self.connector, Promising) or (self.checked_at and now - self.checked_at < pause):
            return
        self.checked_at = now
        ours = {name: each for name, each in self.promises.items() if (now - each.made_at).total_seconds() > CHECKED_S}
        try:
            standing = {each.id: each for each in await self.connector.promises()}
        except ProviderTrouble:
            return  # whoever looks at the tenant as a whole tells of it
        dropped = [name for name, promise in ours.items() if promise.id not in standing]
        for name in dropped:
            self._drop(name)
        if dropped:
            self._tell_dropped(dropped, now)
        for name, promise in ours.items():
            if promise.id in standing and standing[promise.id].seal != self._seal and name not in self.resealed:
                self.resealed.add(name)
                self._end(promise)

    def _tell_dropped(self, dropped: list[str], now: datetime) -> None:
        """Tells of promises that were dropped, in one alarm for the tenant where it is not a matter of few mailboxes."""
        store, tenant = self.walk.house.store, self.walk.tenant.name
        store.subscriptions.count(tenant, "dropped", now, len(dropped))
        says = f"{tenant}: subscriptions that the provider dropped without a word: {len(dropped)}. They are made anew."
        for about in dropped if len(dropped) <= MOST_NAMED else [tenant]:
            store.note_trouble(tenant, about, Kind.NOT_SUBSCRIBED.value, says, now)
        self.walk.tell(Step.TROUBLE, says=says)

    def _drop_deaf(self) -> None:
        """Drops the promises that an alarm calls dead, so that they are made anew."""
        now, tenant = self.walk.house.clock(), self.walk.tenant.name
        for trouble in self.walk.house.store.troubles():
            promise = self.promises.get(trouble.about) if trouble.tenant == tenant else None
            if promise is not None and trouble.kind == Kind.SUBSCRIPTION_DEAD and now - promise.made_at > SETTLED:
                self._end(promise)

    def _end(self, promise: Promise) -> None:
        """Has the promise made anew: it counts as at its end."""
        self.promises[promise.mailbox] = msgspec.structs.replace(promise, expires_at=self.walk.house.clock())

    def _drop(self, mailbox: str) -> None:
        self.walk.house.store.subscriptions.drop(self.walk.tenant.name, mailbox)
        self.promises.pop(mailbox, None)

    @property
    def _seal(self) -> str:
        """Id of the seal that notices are to bear."""
        return self.hook.seal.id if self.hook.seal else ""

    def _at_provider(self, promise: Promise) -> Subscription:
        return Subscription(mailbox=promise.mailbox, id=promise.id, expires_at=promise.expires_at, seal=self._seal)

    def _clear(self, about: str) -> None:
        self.walk.house.store.clear_trouble(self.walk.tenant.name, about, (Kind.NOT_SUBSCRIBED.value,))

    def _read(self, mailbox: Mailbox) -> None:
        """Owes a read of the mailbox from where it was left."""
        tenant, now = self.walk.tenant.name, self.walk.house.clock()
        self.walk.house.store.due.publish([live_work(tenant, mailbox.id, "", now)])
        self.walk.nudge()

    def _put_off(self, mailbox: Mailbox, trouble: ProviderTrouble) -> None:
        """Leaves the mailbox alone for a while; where it is refused again, that is told of."""
        house = self.walk.house
        self.failures[mailbox.id] = failures = self.failures.get(mailbox.id, 0) + 1
        away = isinstance(trouble, Unreachable)
        wait = backoff(failures - 1, *((FIRST_AWAY_S, MOST_AWAY_S) if away else (FIRST_WAIT_S, MOST_WAIT_S)))
        if isinstance(trouble, Throttled):
            wait = timedelta(seconds=trouble.retry_after_s or FIRST_WAIT_S)
        self.not_before[mailbox.id] = house.clock() + wait
        if trouble.retry_after_s is None and failures > 1 and not self.walk.outage:
            name = mailbox.address or mailbox.id
            says = f"{name}: the provider sends no notices, so its mail is found by looking: {trouble}"
            house.store.note_trouble(self.walk.tenant.name, mailbox.id, Kind.NOT_SUBSCRIBED.value, says, house.clock())


async def keep_subscribed(walk: Walk) -> None:
    """Keeps every mailbox subscribed until it is cancelled; rests where the provider sends no notices or has no place to.

    Raises: StoreError.
    """
    if not isinstance(walk.connector, Pushing) or walk.tenant.hook is None:
        return
    subscriber = Subscriber(walk=walk, connector=walk.connector, hook=walk.tenant.hook)
    while True:
        await subscriber.turn()
        await asyncio.sleep(TURN_S)


def renewal(promise: Promise) -> datetime:
    """When a promise is to be renewed."""
    part = RENEWED_FROM + (RENEWED_UNTIL - RENEWED_FROM) * jitter(promise.id, round(promise.made_at.timestamp()))
    return promise.made_at + (promise.expires_at - promise.made_at) * part

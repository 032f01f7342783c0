"""The guard of one tenant: what may stop its mail from reaching us is looked for all the time and told of within a minute.

An alarm is a trouble in the store, told of once when it begins, and once when it is over: alarms end by themselves. The
kinds and their signs are in `health.feeds`; those of single mailboxes (gap, unproven, not-subscribed) come from the rounds.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailkeep.connect.grants import Granted, Granting, Tier
from mailkeep.connect.port import ConsentLost, Gone, ProviderTrouble, Refused, Throttled, Unreachable
from mailkeep.connect.vitals import Vital, Vitals
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import Walk
from mailkeep.health.feeds import UNNOTICED, Alarm, Kind, deaf, flow_of, grants, line
from mailkeep.people.directory import Mailbox
from mailkeep.store.due import LIVE_LANE

LOOK_S = 10.0
ANSWER_S = 8.0
"""So long one question may take that is asked only to see whether anybody answers."""
ASKED = 3
"""Mailboxes that must all stay silent before the tenant counts as out of reach."""
SILENT_LOOKS = 2
"""Looks in a row for which that must last; a lost consent is told of at once."""
REACH_S = 60.0
"""Seconds between two looks at mailboxes that are no API's: listing a large folder of files is work for this machine."""
GRANTS_S = 35.0
"""Seconds between two looks at what is granted."""
NOTICED_WITHIN = timedelta(minutes=3)
"""The slowest a provider's notice may be. Source: Microsoft Graph, latency of change notifications for messages."""
HEARD_OVER = timedelta(minutes=30)
"""Mail that was judged longer ago says nothing of a subscription as it is now."""
OF_ONE_MAILBOX = (Kind.CONSENT_LOST.value, Kind.UNREACHABLE.value, Kind.UNPROVEN.value, Kind.NOT_SUBSCRIBED.value)
"""Troubles of mailboxes that the tenant's own swallows."""
OURS = frozenset(
    {
        Kind.CONSENT_LOST,
        Kind.SECRET_EXPIRED,
        Kind.PROVIDER_DOWN,
        Kind.FEED_STALLED,
        Kind.SUBSCRIPTION_DEAD,
        Kind.QUOTA_EXHAUSTED,
        Kind.CLOCK_SKEW,
    }
)
"""Kinds that the guard raises, and takes back when it does not find them any more."""


@dataclass(slots=True)
class Guard:
    """Looks for alarms of one walk."""

    walk: Walk
    answer_s: float = ANSWER_S
    started_at: datetime = field(init=False)
    """Since when mail can have been read without a pause."""
    silent_looks: int = 0
    turn: int = 0
    reach_due: datetime = field(init=False)
    grants_due: datetime = field(init=False)
    grant_alarms: tuple[Alarm, ...] = ()
    before: dict[Tier, frozenset[str]] = field(default_factory=dict)
    """What each tier was granted while all was well."""

    def __post_init__(self) -> None:
        self.started_at = self.reach_due = self.grants_due = self.walk.house.clock()

    async def look(self) -> None:
        """Looks once at everything, tells of what began and of what is over."""
        reach = await self._reach()
        alarms = [*reach, *await self._granted()]
        now = self.walk.house.clock()
        seen = line(self.walk.tenant.name, self._vitals(), now)
        alarms += [alarm for alarm in seen if not reach or alarm.kind is not Kind.PROVIDER_DOWN]
        self._note_outage(alarms)
        if self.walk.outage:
            self.started_at = now
            alarms = [alarm for alarm in alarms if alarm.about == self.walk.tenant.name]
        else:
            alarms += self._flow(now)
        self._settle({(alarm.kind, alarm.about): alarm for alarm in reversed(alarms)}, now)

    async def _reach(self) -> list[Alarm]:
        """Whether any of a few mailboxes can be listed; each look asks others."""
        mailboxes, now = self.walk.mailboxes, self.walk.house.clock()
        if not (self.walk.outage or self.silent_looks) and now < self.reach_due:
            return []
        if not isinstance(self.walk.connector, Vital):
            self.reach_due = now + timedelta(seconds=REACH_S)
        some = [mailboxes[(self.turn + step) % len(mailboxes)] for step in range(min(ASKED, len(mailboxes)))]
        self.turn += 1
        asked = [await self._ask(mailbox) for mailbox in some[:1]]
        if asked != [None]:
            asked += await asyncio.gather(*(self._ask(mailbox) for mailbox in some[1:]))
        troubles = [trouble for trouble in asked if trouble is not None]
        if len(troubles) < len(some) or not some:
            self.silent_looks = 0
            return []
        tenant = self.walk.tenant.name
        if all(isinstance(trouble, ConsentLost) for trouble in troubles):
            return [Alarm(kind=Kind.CONSENT_LOST, about=tenant, says=str(troubles[-1]))]
        self.silent_looks += 1
        if self.silent_looks < SILENT_LOOKS:
            return []
        says = f"{tenant}: none of {len(some)} mailboxes can be reached: {troubles[-1]}"
        return [Alarm(kind=Kind.PROVIDER_DOWN, about=tenant, says=says)]

    async def _ask(self, mailbox: Mailbox) -> ProviderTrouble | None:
        """What stands between us and this mailbox; None when the provider answered, were it to refuse."""
        patience_s = self.answer_s if isinstance(self.walk.connector, Vital) else REACH_S
        try:
            async with asyncio.timeout(patience_s):
                await self.walk.connector.listed(mailbox, self.walk.house.clock() - timedelta(minutes=1))
        except TimeoutError:
            if self._vitals().waiting_since is not None:
                return None
            return Unreachable(f"{mailbox.address or mailbox.id}: no answer within {patience_s:g} s.")
        except (Gone, Refused, Throttled):
            return None
        except ProviderTrouble as trouble:
            return trouble
        return None

    async def _granted(self) -> Sequence[Alarm]:
        """What the registrations show, looked at every now and then."""
        now, connector = self.walk.house.clock(), self.walk.connector
        if not isinstance(connector, Granting) or self.silent_looks or now < self.grants_due:
            return self.grant_alarms
        self.grants_due = now + timedelta(seconds=GRANTS_S)
        try:
            async with asyncio.timeout(self.answer_s):
                granted = await connector.granted()
        except ConsentLost as trouble:
            about = f"{self.walk.tenant.name} grants"
            self.grant_alarms = (Alarm(kind=Kind.CONSENT_LOST, about=about, says=str(trouble)),)
        except (ProviderTrouble, TimeoutError):
            return self.grant_alarms  # no news is neither good nor bad; whether anybody answers is asked elsewhere
        else:
            self.grant_alarms = tuple(grants(granted, self.before, now))
            self._remember(granted)
        return self.grant_alarms

    def _remember(self, granted: Sequence[Granted]) -> None:
        """Keeps the permissions of the tiers that have lost nothing."""
        worse = {alarm.about for alarm in self.grant_alarms}
        self.before.update({each.tier: each.permissions for each in granted if each.tier.value not in worse})

    def _vitals(self) -> Vitals:
        return self.walk.connector.vitals() if isinstance(self.walk.connector, Vital) else Vitals()

    def _flow(self, now: datetime) -> Iterator[Alarm]:
        """What our own books show."""
        store, tenant = self.walk.house.store, self.walk.tenant.name
        yield from flow_of(tenant, self._waiting(), store.coverage.summary(tenant), self.started_at, now)
        unnoticed = store.subscriptions.unnoticed(tenant, now - HEARD_OVER, now - NOTICED_WITHIN, UNNOTICED)
        if unnoticed:
            yield from deaf(tenant, unnoticed, {each.id: each.address for each in self.walk.mailboxes})

    def _waiting(self) -> tuple[int, datetime | None]:
        """How much live mail is owed, and since when it waits to be read.

        What was put off counts while no other mail is read and it is not of one mailbox alone: a single mail that the
        provider cannot give is a gap, not a feed that stands still.
        """
        due, tenant = self.walk.house.store.due, self.walk.tenant.name
        owed, since = due.waiting(LIVE_LANE, tenant)
        mailboxes, first = due.put_off(LIVE_LANE, tenant)
        if first is None or mailboxes < min(2, len(self.walk.mailboxes)):
            return owed, since
        still = max(first, self.walk.kept_at or first)
        return owed, min(since or still, still)

    def _note_outage(self, alarms: Sequence[Alarm]) -> None:
        """While the whole tenant is out of reach the troubles of its mailboxes are no news."""
        whole = (Kind.CONSENT_LOST, Kind.PROVIDER_DOWN)
        tenant = self.walk.tenant.name
        self.walk.outage = next((a.says for a in alarms if a.kind in whole and a.about == tenant), "")
        if self.walk.outage:
            self.walk.house.store.fold_troubles(tenant, OF_ONE_MAILBOX)

    def _settle(self, alarms: dict[tuple[Kind, str], Alarm], now: datetime) -> None:
        """Notes these alarms and takes back the others, and tells of the changes."""
        store, tenant = self.walk.house.store, self.walk.tenant.name
        mailboxes = {each.id for each in self.walk.mailboxes}
        noted = {
            (Kind(each.kind), each.about): each
            for each in store.troubles()
            if each.tenant == tenant
            and each.kind in OURS
            and not (each.kind == Kind.CONSENT_LOST and each.about in mailboxes)
        }
        for key, alarm in alarms.items():
            store.note_trouble(tenant, alarm.about, alarm.kind.value, alarm.says, now)
            if key not in noted:
                self.walk.tell(Step.TROUBLE, says=alarm.says)
        for kind, about in noted.keys() - alarms.keys():
            store.clear_trouble(tenant, about, (kind.value,))
            self.walk.tell(Step.CLEARED, says=f"{about}: {kind.value} is over.")


async def guard(walk: Walk) -> None:
    """Looks for alarms until it is cancelled. Raises: StoreError."""
    watchful = Guard(walk)
    while True:
        await watchful.look()
        await asyncio.sleep(LOOK_S)

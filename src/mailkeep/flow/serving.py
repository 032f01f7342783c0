"""Every tenant of a home watched for ever: one that cannot be reached is tried again and never stops the others."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mailkeep.connect.port import ProviderTrouble
from mailkeep.flow.alarms import guard
from mailkeep.flow.canary import sing
from mailkeep.flow.clawback import finish_clawbacks
from mailkeep.flow.coverage import rounds
from mailkeep.flow.house import House
from mailkeep.flow.notice import Note, Notice, Step
from mailkeep.flow.reading import trouble_kind
from mailkeep.flow.subscriptions import keep_subscribed
from mailkeep.flow.watch import Duty, Watcher, watching
from mailkeep.flow.worker import together

DUTIES: Sequence[Duty] = (keep_subscribed, rounds, guard, sing, finish_clawbacks)
"""What goes on beside the watching itself: subscriptions, coverage receipts, alarms, the canary, broken-off claw-backs."""
FIRST_WAIT_S, MOST_WAIT_S = 5.0, 60.0
AT_THE_DOOR = ("consent-lost", "unreachable", "refused", "throttled", "gone")
"""Kinds of trouble that are over once the mailboxes could be listed."""


@dataclass(slots=True, kw_only=True)
class Serving:
    """The watchers of one home, to be nudged by whoever hears notices."""

    house: House
    notice: Notice
    first_wait_s: float = FIRST_WAIT_S
    """Before a tenant out of reach is tried again for the first time; each further wait is twice as long, up to a minute."""
    watchers: dict[str, Watcher] = field(default_factory=dict)

    def nudge(self) -> None:
        """A notice was written down: it is followed up at once."""
        for watcher in self.watchers.values():
            watcher.nudge()

    async def watch_all(self, tenants: Iterable[str]) -> None:
        """Watches these tenants until it is cancelled. Raises: OperatorError, StoreError."""
        await together(self.keep_watching(name) for name in tenants)

    async def keep_watching(self, tenant: str) -> None:
        """Watches a tenant until it is cancelled; where its provider refuses, that is told of and it is tried again."""
        wait = self.first_wait_s
        while True:
            try:
                async with watching(self.house, tenant, self.notice, DUTIES) as watcher:
                    self.house.store.clear_trouble(tenant, tenant, AT_THE_DOOR)
                    self.watchers[tenant] = watcher
                    wait = self.first_wait_s
                    await watcher.go_on()
            except ProviderTrouble as trouble:
                self._tell(tenant, trouble)
            finally:
                self.watchers.pop(tenant, None)
            await asyncio.sleep(wait)
            wait = min(MOST_WAIT_S, wait * 2)

    def _tell(self, tenant: str, trouble: ProviderTrouble) -> None:
        self.house.store.note_trouble(tenant, tenant, trouble_kind(trouble), str(trouble), self.house.clock())
        self.notice(Note(step=Step.TROUBLE, tenant=tenant, says=str(trouble)))

"""Owed deeds carried out: the handler of the act lane."""

from collections import Counter
from dataclasses import dataclass, field

from mailkeep.act.nouns import Action, Receipt
from mailkeep.act.perform import Hand, perform
from mailkeep.connect.port import Connector
from mailkeep.flow.house import House
from mailkeep.flow.jobs import Done, Job, Outcome
from mailkeep.flow.notice import Note, Notice, Step
from mailkeep.flow.worker import Worker
from mailkeep.store.ledger import ACT_LANE

MAILBOXES_AT_ONCE = 16
"""Mailboxes in which deeds go on at a time; within one mailbox they are done one after the other."""


@dataclass(slots=True, kw_only=True)
class Deeds:
    """Carries out deeds of one tenant and counts how they ended."""

    house: House
    tenant: str
    connector: Connector
    notice: Notice
    ended: Counter[str] = field(default_factory=Counter)
    of: int = 0
    """How many deeds there are in all, for progress; 0 where nobody knows."""

    async def handle(self, job: Job) -> Outcome:
        """Does the deeds of a job that have no receipt yet. Raises: ProviderTrouble when it is to be tried later."""
        for ref in job.refs:
            action = self.house.store.ledger.action(ref)
            if action is None or self.house.store.ledger.receipt(ref) is not None:
                continue
            self._tell(Step.CLAIMED, action)
            receipt = await perform(action, self._hand())
            self.ended[receipt.ended.value] += 1
            self._tell(Step.RECEIPT, action, receipt)
        return Done()

    def _hand(self) -> Hand:
        return Hand(
            connector=self.connector,
            ledger=self.house.store.ledger,
            clock=self.house.clock,
            undo_kept=lambda action: self._tell(Step.UNDO_KEPT, action),
            acted=lambda action: self._tell(Step.ACTED, action),
        )

    def _tell(self, step: Step, action: Action, receipt: Receipt | None = None) -> None:
        done = sum(self.ended.values())
        note = Note(
            step=step,
            tenant=self.tenant,
            mailbox=action.ref.mailbox,
            mails=done,
            of=self.of,
            receipt=receipt,
        )
        self.notice(note)


def act_worker(house: House, tenant: str, deeds: Deeds) -> Worker:
    """A worker whose act lane carries out deeds."""
    worker = Worker(store=house.store, tenant=tenant, clock=house.clock)
    worker.subscribe(ACT_LANE, deeds.handle, MAILBOXES_AT_ONCE)
    return worker

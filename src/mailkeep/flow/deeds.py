"""Owed deeds carried out: the handler of the act lane."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailkeep.act.nouns import Action, Ended, Receipt
from mailkeep.act.perform import Hand, perform
from mailkeep.connect.grants import Tier
from mailkeep.connect.port import Connector, State
from mailkeep.decide.nouns import Act
from mailkeep.flow.house import House
from mailkeep.flow.jobs import Done, Job, Outcome, Parked, Struck
from mailkeep.flow.notice import Note, Notice, Step
from mailkeep.flow.scribe import Scribe
from mailkeep.flow.worker import Worker
from mailkeep.store.ledger import ACT_LANE, Deed
from mailkeep.store.switches import SwitchedOff

MAILBOXES_AT_ONCE = 128
"""Mailboxes in which deeds go on at a time; within one mailbox they are done one after the other. What a provider
permits at a time is its connector's business."""
SWITCH_S = 0.25
"""A switch that another process turned holds after this long at the latest."""
SWITCHED_OFF = "switched-off"
"""Kind of the trouble that tells of deeds which wait for a switch."""

TIERS = {Act.FLAG: Tier.FLAG, Act.QUARANTINE: Tier.REMEDIATE, Act.DELETE: Tier.REMEDIATE}
"""Which tier's permission a deed needs; bringing a mail back needs that of what is undone."""


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
    scribe: Scribe = field(init=False)
    _off: Mapping[Tier, SwitchedOff] = field(default_factory=dict)
    _looked_at: float = float("-inf")

    def __post_init__(self) -> None:
        self.scribe = Scribe(self.house.store.ledger)

    async def handle(self, job: Job) -> Outcome:
        """Does the deeds of a job that have no receipt yet. Raises: ProviderTrouble when it is to be tried later."""
        closed: list[str] = []
        for action, before in self.house.store.ledger.deeds(job.refs):
            if before is not None:
                continue
            off = self._switched_off(action)
            if off is not None:
                return Parked(why=str(off))
            self._tell(Step.CLAIMED, action)
            receipt = await perform(action, self._hand())
            self.ended[receipt.ended.value] += 1
            self._tell(Step.RECEIPT, action, receipt)
            closed.append(action.id)
        return Struck() if closed == [job.name] else Done()

    def _switched_off(self, action: Action) -> SwitchedOff | None:
        """Who switched off the tier that this deed needs; None when it is on."""
        now = time.monotonic()
        if now - self._looked_at > SWITCH_S:
            self._off, self._looked_at = self.house.store.switches.of(self.tenant), now
        if not self._off:
            return None
        off = self._off.get(self._tier(action))
        if off is not None:
            at = self.house.clock()
            self.house.store.note_trouble(self.tenant, off.tier.value, SWITCHED_OFF, str(off), at)
        return off

    def _tier(self, action: Action) -> Tier:
        if action.act is not Act.RESTORE:
            return TIERS[action.act]
        before = self.house.store.ledger.of_messages([action.verdict]).get(action.verdict, [])
        return Tier.REMEDIATE if is_moved(before) else Tier.FLAG

    def _hand(self) -> Hand:
        return Hand(
            connector=self.connector,
            ledger=self.scribe,
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


def standing(deeds: Sequence[Deed]) -> list[Action]:
    """The deeds on one mail that were done and not taken back since, oldest first."""
    stands: list[Action] = []
    for action, receipt in deeds:
        if receipt is not None and receipt.ended in {Ended.DONE, Ended.ALREADY}:
            stands = [] if action.act is Act.RESTORE else [*stands, action]
    return stands


def is_moved(deeds: Sequence[Deed]) -> bool:
    """True when the mail was taken out of sight and not brought back."""
    return any(action.act in {Act.QUARANTINE, Act.DELETE} for action in standing(deeds))


def former_state(deeds: Sequence[Deed]) -> State | None:
    """How the mail lay before the first deed that was not taken back since; None when nothing stands."""
    return next((action.undo for action in standing(deeds) if action.undo is not None), None)

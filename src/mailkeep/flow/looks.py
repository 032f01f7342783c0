"""Second looks: mail of the past judged again with everything that was learned since."""

import asyncio
from dataclasses import dataclass

from mailkeep.connect.port import Delivery, Gone, Ref
from mailkeep.flow.jobs import Done, Job, Outcome
from mailkeep.flow.notice import Step
from mailkeep.flow.pipeline import Manner, decide, keep
from mailkeep.flow.walk import Walk
from mailkeep.flow.worker import Worker
from mailkeep.store.keeping import LOOK_LANE
from mailkeep.store.nouns import Kept

MAILBOXES_AT_ONCE = 4
"""Mailboxes whose mails are fetched again at a time; they are judged one after the other."""


@dataclass(slots=True, kw_only=True)
class SecondLook:
    """The handler of the look lane."""

    walk: Walk
    act: bool
    """True: threats asleep in the past are acted on; else what would be done is only written down."""
    of: int = 0
    looked: int = 0
    intents: int = 0

    async def handle(self, job: Job) -> Outcome:
        """Judges the mails of this job again. Raises: ProviderTrouble when they cannot be had now."""
        mailbox = self.walk.mailbox(job.key)
        refs = self.walk.house.store.refs_of(job.refs)
        found = await asyncio.gather(*map(self._again, refs))
        mails: list[Kept] = []
        async with self.walk.precedence.page():
            for delivery in filter(None, found):
                judge = self.walk.judge.standing_at(mailbox, sent_folder=delivery.sent)
                mails.append(decide(self.walk, judge, delivery, Manner(asleep=True, act=self.act, second=True)))
                await self.walk.precedence.give_way()
            keep(self.walk, mailbox, tuple(mails))
        self.looked += len(job.refs)
        self.intents += sum(len(mail.actions) for mail in mails)
        self.walk.tell(Step.SECOND_LOOK, mailbox, mails=self.looked, of=self.of)
        return Done()

    async def _again(self, ref: Ref) -> Delivery | None:
        """The mail once more; None where it is gone."""
        try:
            return await self.walk.connector.again(ref)
        except Gone:
            return None


async def look_again(walk: Walk, *, act: bool) -> SecondLook:
    """Takes every second look that is owed, if all of the past was read; else what was learned would be half of it."""
    look = SecondLook(walk=walk, act=act)
    if not walk.all_caught_up():
        return look
    look.of = walk.house.store.due.refs_owed(LOOK_LANE, walk.tenant.name)
    worker = Worker(store=walk.house.store, tenant=walk.tenant.name, clock=walk.house.clock)
    worker.subscribe(LOOK_LANE, look.handle, inflight=MAILBOXES_AT_ONCE)
    await worker.drain(LOOK_LANE)
    return look

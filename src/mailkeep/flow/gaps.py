"""Gaps: mails that the provider lists and that have no verdict.

One is asked to be read at once, through the live lane; one that stays open is a trouble of kind "gap" until it is judged
or gone. What was proved is the mailbox' receipt.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from mailkeep.connect.port import Gone, Listed, Ref
from mailkeep.flow.notice import Step
from mailkeep.flow.walk import Walk
from mailkeep.people.directory import Mailbox
from mailkeep.store.coverage import CoverageReceipt, Gap
from mailkeep.store.due import FOUND_PRIO, LIVE_LANE, backoff, live_job, live_work

GRACE = timedelta(seconds=20)
"""A mail that young is on its way through the house and not yet missed."""
STANDS_OPEN = timedelta(seconds=25)
"""A gap that is still open so long after it was found is told of."""
ASK_AGAIN_S = 30.0
"""Seconds before a mail is asked to be read again; twice as long each time, at most a day."""
MOST_LOOKED_UP = 20
"""Old gaps of one mailbox that are looked up one by one."""


class Look(msgspec.Struct, frozen=True):
    """One mailbox held against its provider's list."""

    receipt: CoverageReceipt
    on_its_way: int
    """Mails without a verdict that are too young to be missed."""


async def look_at(walk: Walk, mailbox: Mailbox, last: CoverageReceipt | None, overlap: timedelta) -> Look | None:
    """The mailbox held against its provider's list; its gaps are owed to be read, the receipt is the caller's to keep.

    Nothing is promised before a scan began here or the mailbox was read to its end; the look is None until then.
    Takes: the receipt before, and how far back to go beyond it. Raises: ProviderTrouble when its mails
    cannot be listed, StoreError.
    """
    now = walk.house.clock()
    last = last or _blank(walk, mailbox)
    if last is None:
        return None
    proved = max(last.at, now - GRACE)
    window = max(last.since, last.at - overlap)
    listed = {each.id: each for each in await walk.connector.listed(mailbox, window) if each.received_at >= last.since}
    judged = _judged(walk, mailbox, listed, last.missing)
    unread = [each for each in listed.values() if each.id not in judged]
    missed = {gap.id for gap in last.missing}
    still = await _still_there(walk, mailbox, [gap for gap in last.missing if gap.id not in judged], listed, window)
    late = [each for each in unread if each.id not in missed and each.received_at <= proved]
    fresh = _gaps(walk, mailbox, late, now)
    alone = {gap.id for gap in last.missing if not gap.told}
    receipt = CoverageReceipt(
        mailbox=mailbox.id,
        since=last.since,
        at=proved,
        listed=last.listed + sum(last.at < each.received_at <= proved for each in listed.values()),
        healed=last.healed + len(alone & judged),
        missing=(*(_asked_again(gap, now) for gap in still), *fresh),
    )
    _heal(walk, mailbox, receipt, now)
    _alarm(walk, mailbox, last, receipt, now)
    return Look(receipt, sum(each.received_at > proved for each in unread))


def _blank(walk: Walk, mailbox: Mailbox) -> CoverageReceipt | None:
    """The receipt before the first: nothing is proved but that the promise begins."""
    begins = walk.house.store.coverage.promised_from(walk.tenant.name, mailbox.id)
    if begins is None:
        return None
    return CoverageReceipt(mailbox=mailbox.id, since=begins, at=begins, listed=0, healed=0)


def _judged(walk: Walk, mailbox: Mailbox, listed: Collection[str], missing: Sequence[Gap]) -> set[str]:
    """Those of the mails listed now or missing before that have a verdict."""
    asked = dict.fromkeys((*listed, *(gap.id for gap in missing)))
    return walk.house.store.known(walk.tenant.name, mailbox.id, list(asked)) if asked else set()


def _gaps(walk: Walk, mailbox: Mailbox, missing: Sequence[Listed], now: datetime) -> list[Gap]:
    """New gaps; those that a notice told of are owed already, and only wait."""
    jobs = {each.id: live_job(walk.tenant.name, mailbox.id, each.id) for each in missing}
    owed = walk.house.store.due.owed(LIVE_LANE, list(jobs.values()))
    return [
        Gap(
            id=each.id,
            folder=each.folder,
            received_at=each.received_at,
            since=now,
            asked_at=now,
            told=jobs[each.id] in owed,
        )
        for each in missing
    ]


def _asked_again(gap: Gap, now: datetime) -> Gap:
    """The gap, asked to be read once more when it is time for that: after waits that double."""
    if now - gap.asked_at < backoff(gap.times - 1, first_s=ASK_AGAIN_S, most_s=86_400.0):
        return gap
    return msgspec.structs.replace(gap, asked_at=now, times=gap.times + 1)


async def _still_there(
    walk: Walk, mailbox: Mailbox, gaps: Sequence[Gap], listed: Collection[str], window: datetime
) -> list[Gap]:
    """Those of the open gaps that still lie where mail is read, as far as can be learned."""
    old = [gap for gap in gaps if gap.id not in listed and gap.received_at < window]
    gone: set[str] = set()
    for gap in old[:MOST_LOOKED_UP]:
        try:
            await walk.connector.state(Ref(mailbox=mailbox.id, id=gap.id, folder=gap.folder))
        except Gone:
            gone.add(gap.id)
    beyond = {gap.id for gap in old} - gone
    return [gap for gap in gaps if gap.id in listed or gap.id in beyond]


def _heal(walk: Walk, mailbox: Mailbox, receipt: CoverageReceipt, now: datetime) -> None:
    """Owes every gap that is asked for now to the live lane, named as a notice of it would be: never twice."""
    wanted = [
        live_work(walk.tenant.name, mailbox.id, gap.id, now, FOUND_PRIO)
        for gap in receipt.missing
        if gap.asked_at == now
    ]
    if wanted:
        walk.house.store.due.publish(wanted)
        walk.nudge()


def _alarm(walk: Walk, mailbox: Mailbox, last: CoverageReceipt, receipt: CoverageReceipt, now: datetime) -> None:
    """Tells of gaps that stand open, once they do and once they are closed."""
    store, tenant = walk.house.store, walk.tenant.name
    name = mailbox.address or mailbox.id
    before = {gap.id for gap in last.missing if gap.times > 1 or last.at + GRACE - gap.since >= STANDS_OPEN}
    standing = [gap for gap in receipt.missing if now - gap.since >= STANDS_OPEN]
    if standing:
        says = (
            f"{name}: listed by the provider and not to be judged: {len(standing)}, the oldest of "
            f"{min(gap.received_at for gap in standing):%Y-%m-%d %H:%M} UTC. They are asked for again and again; "
            "`mailkeep doctor --json` tells what was given up and why."
        )
        store.note_trouble(tenant, mailbox.id, "gap", says, now)
        if not before.issuperset(gap.id for gap in standing):
            walk.tell(Step.TROUBLE, mailbox, says=says)
    elif last.missing:
        store.clear_trouble(tenant, mailbox.id, ("gap",))
        if before:
            walk.tell(Step.CLEARED, mailbox, says=f"{name}: every mail that the provider lists is judged again.")

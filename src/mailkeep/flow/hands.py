"""Deeds that a person asks for on single mails, and how what was asked for is carried out."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from mailkeep.act.nouns import Action, Ended, Receipt
from mailkeep.connect.port import Connector
from mailkeep.decide.nouns import Act
from mailkeep.flow.deeds import Deeds, act_worker, former_state
from mailkeep.flow.house import House
from mailkeep.flow.notice import Notice, nobody
from mailkeep.flow.worker import Worker
from mailkeep.store.ledger import ACT_LANE
from mailkeep.store.naming import deed_id
from mailkeep.store.sql import MANY
from mailkeep.store.trouble import NoSuchId
from mailkeep.tell.report import Report

PATIENCE = timedelta(seconds=120)
"""How long a person is kept waiting for a provider that asks for patience; what is left then is carried out by `watch`."""
ASK_AGAIN_S = 0.5


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants done."""

    act: Act
    by: str
    because: str = "asked for by hand"
    campaign: str = ""


async def by_hand(
    house: House, ids: Sequence[str], act: Act, *, by: str, notice: Notice = nobody
) -> tuple[Receipt, ...]:
    """Does one act on these mails now; a receipt for each, in this order.

    Takes: verdict ids or their first letters. Raises: NoSuchId; ProviderTrouble when nothing can be done now (what was
    asked for stays owed).
    """
    reports = [_wanted(house, each) for each in dict.fromkeys(ids)]
    order = Order(act=act, by=by)
    ended: dict[str, Receipt] = {}
    for tenant in dict.fromkeys(report.tenant for report in reports):
        verdicts = [report.id for report in reports if report.tenant == tenant]
        wanted = deeds_for(house, verdicts, order)
        actions = [each for each in wanted if isinstance(each, Action)]
        receipts: dict[str, Receipt] = {}
        if actions:
            async with house.tenant(tenant).connected() as connector:
                receipts = await carry_out(house, tenant, connector, actions, notice)
        given = (receipts[each.id] if isinstance(each, Action) else each for each in wanted)
        ended.update(zip(verdicts, given, strict=True))
    return tuple(ended[report.id] for report in reports)


def deeds_for(house: House, verdicts: Sequence[str], order: Order) -> list[Action | Receipt]:
    """For each mail the deed to do, the one asked for before and still open, or a receipt where there is nothing to undo."""
    before = house.store.ledger.of_messages(verdicts)
    refs = house.store.refs_of(verdicts)
    at = house.clock()
    wanted: list[Action | Receipt] = []
    for verdict, ref in zip(verdicts, refs, strict=True):
        deeds = before.get(verdict, [])
        still_open = next((action for action, receipt in deeds if receipt is None and action.act is order.act), None)
        former = former_state(deeds) if order.act is Act.RESTORE else None
        if still_open is not None:
            wanted.append(still_open)
        elif order.act is Act.RESTORE and former is None:
            wanted.append(Receipt(action="", ended=Ended.ALREADY, at=at, why="nothing was done to this mail"))
        else:
            action = Action(
                id=deed_id(verdict, order.act, str(len(deeds))),
                verdict=verdict,
                ref=ref,
                act=order.act,
                because=order.because,
                by=order.by,
                asked_at=at,
                undo=former,
                campaign=order.campaign,
            )
            wanted.append(action)
    return wanted


async def carry_out(
    house: House, tenant: str, connector: Connector, actions: Sequence[Action], notice: Notice
) -> dict[str, Receipt]:
    """Writes these deeds down and does them; the receipt of each by its id.

    Raises: ProviderTrouble when none of them could be done; they stay owed.
    """
    house.store.ledger.intend(actions, tenant, house.clock())
    jobs = [action.id for action in actions]
    worker = act_worker(
        house, tenant, Deeds(house=house, tenant=tenant, connector=connector, notice=notice, of=len(jobs))
    )
    worker.resume()
    await patiently(worker, ACT_LANE, jobs)
    found = house.store.ledger.receipts(jobs)
    if worker.trouble is not None and not found:
        raise worker.trouble
    return {job: found.get(job) or _still_owed(house, tenant, job) for job in jobs}


async def patiently(worker: Worker, lane: str, jobs: Sequence[str]) -> None:
    """Does these jobs of a lane, waiting for as long as a person does when the provider asks to wait.

    Where they are many, all that is owed in the lane is done: to pick them out would cost more.
    """
    until = worker.clock() + PATIENCE
    while True:
        if len(jobs) > MANY:
            await worker.drain(lane)
        else:
            await worker.drain(lane, jobs)
        soonest = worker.store.due.soonest(lane, jobs)
        if soonest is None or soonest >= until:
            return
        await asyncio.sleep(ASK_AGAIN_S)


def _wanted(house: House, verdict: str) -> Report:
    report = house.store.report(verdict)
    if report is None:
        raise NoSuchId(f"{verdict}: no verdict has this id. `mailkeep verdicts` lists them.")
    return report


def _still_owed(house: House, tenant: str, job: str) -> Receipt:
    """What a person is told of a deed that could not be done yet; it is not written down, for the deed is still to come."""
    off = " ".join(str(each) for each in house.store.switches.of(tenant).values())
    why = "not done yet: it stays owed, and `mailkeep watch` carries it out. "
    return Receipt(
        action=job,
        ended=Ended.FAILED,
        at=house.clock(),
        why=why + (off or "`mailkeep doctor` tells what is in the way."),
    )

"""Deeds that a person asks for: on single mails, on whole campaigns, and back again."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from mailkeep.act.nouns import Action, Ended, Receipt
from mailkeep.connect.port import State
from mailkeep.decide.nouns import Act
from mailkeep.flow.deeds import Deeds, act_worker
from mailkeep.flow.house import House
from mailkeep.flow.notice import Notice, nobody
from mailkeep.store.ledger import ACT_LANE
from mailkeep.store.naming import deed_id
from mailkeep.store.sql import slices
from mailkeep.store.trouble import NoSuchId
from mailkeep.tell.report import Report

PATIENCE = timedelta(seconds=120)
"""How long a person is kept waiting for a provider that asks for patience; what is left then is carried out by `watch`."""
ASK_AGAIN_S = 0.5

Deed = tuple[Action, Receipt | None]
"""A deed and how it ended, if it did."""


async def by_hand(
    house: House, ids: Sequence[str], act: Act, *, by: str, notice: Notice = nobody
) -> tuple[Receipt, ...]:
    """Does one act on these mails now; a receipt for each, in this order.

    Takes: verdict ids or their first letters. Raises: NoSuchId; ProviderTrouble when nothing can be done now (what was
    asked for stays owed).
    """
    reports = [_wanted(house, each) for each in dict.fromkeys(ids)]
    return await _carry_out(house, [(report, _intend(house, report, act, by)) for report in reports], notice)


async def clawback(house: House, campaign_id: str, *, by: str, notice: Notice = nobody) -> tuple[Receipt, ...]:
    """Pulls every copy of a campaign out of every mailbox: its members, and their copies that were judged otherwise.

    Raises: as `by_hand`. Mails that lie in quarantine already are left there and not counted.
    """
    campaign = house.store.campaign_id(campaign_id)
    reports = [each for each in house.store.reports_of(house.store.reach(campaign)) if not _is_pulled(_deeds(each))]
    wanted = [(each, _intend(house, each, Act.QUARANTINE, by, campaign)) for each in reports]
    return await _carry_out(house, wanted, notice)


async def undo(house: House, campaign_id: str, *, by: str, notice: Notice = nobody) -> tuple[Receipt, ...]:
    """Brings every mail of a campaign back to the exact state it was found in, whoever had it moved. Raises: as `by_hand`."""
    campaign = house.store.campaign_id(campaign_id)
    reports = [each for each in house.store.reports_of(house.store.reach(campaign)) if former_state(_deeds(each))]
    return await _carry_out(
        house, [(each, _intend(house, each, Act.RESTORE, by, campaign)) for each in reports], notice
    )


def former_state(deeds: Iterable[Deed]) -> State | None:
    """How the mail lay before the first deed that was not taken back since; None when nothing stands."""
    former: State | None = None
    for action, receipt in deeds:
        if receipt is None or receipt.ended not in {Ended.DONE, Ended.ALREADY}:
            continue
        former = None if action.act is Act.RESTORE else former or action.undo
    return former


def _is_pulled(deeds: Iterable[Deed]) -> bool:
    """True when the mail was taken out of sight and not brought back."""
    pulled = False
    for action, receipt in deeds:
        if receipt is not None and receipt.ended in {Ended.DONE, Ended.ALREADY}:
            pulled = action.act in {Act.QUARANTINE, Act.DELETE} or (pulled and action.act is Act.FLAG)
    return pulled


def _wanted(house: House, verdict: str) -> Report:
    report = house.store.report(verdict)
    if report is None:
        raise NoSuchId(f"{verdict}: no verdict has this id. `mailkeep verdicts` lists them.")
    return report


def _deeds(report: Report) -> list[Deed]:
    receipts = {receipt.action: receipt for receipt in report.receipts}
    return [(action, receipts.get(action.id)) for action in report.actions]


def _intend(house: House, report: Report, act: Act, by: str, campaign: str = "") -> Action | Receipt:
    """The deed to do, the one asked for before and still open, or the receipt where there is nothing to bring back."""
    deeds = _deeds(report)
    still_open = next((action for action, receipt in deeds if receipt is None and action.act is act), None)
    if still_open is not None:
        return still_open
    former = former_state(deeds) if act is Act.RESTORE else None
    if act is Act.RESTORE and former is None:
        return Receipt(action="", ended=Ended.ALREADY, at=house.clock(), why="nothing was done to this mail")
    return Action(
        id=deed_id(report.id, act, str(len(deeds))),
        verdict=report.id,
        ref=house.store.refs_of([report.id])[0],
        act=act,
        because=f"campaign {campaign}" if campaign else "asked for by hand",
        by=by,
        asked_at=house.clock(),
        undo=former,
        campaign=campaign,
    )


async def _carry_out(
    house: House, wanted: Sequence[tuple[Report, Action | Receipt]], notice: Notice
) -> tuple[Receipt, ...]:
    """Writes the deeds down, does them tenant by tenant, and gives their receipts in the order of asking."""
    by_tenant: dict[str, list[Action]] = defaultdict(list)
    for report, deed in wanted:
        if isinstance(deed, Action):
            by_tenant[report.tenant].append(deed)
    receipts: dict[str, Receipt] = {}
    for tenant, actions in by_tenant.items():
        house.store.ledger.intend(actions, tenant, house.clock())
        receipts.update(await _do(house, tenant, [action.id for action in actions], notice))
    return tuple(deed if isinstance(deed, Receipt) else receipts[deed.id] for _, deed in wanted)


async def _do(house: House, tenant: str, jobs: list[str], notice: Notice) -> dict[str, Receipt]:
    async with house.tenant(tenant).connected() as connector:
        deeds = Deeds(house=house, tenant=tenant, connector=connector, notice=notice, of=len(jobs))
        worker = act_worker(house, tenant, deeds)
        worker.resume()
        until = house.clock() + PATIENCE
        missing = jobs
        while missing:
            for some in slices(missing):
                await worker.drain(ACT_LANE, some)
            missing = [job for job in missing if house.store.ledger.receipt(job) is None]
            if missing and not _worth_waiting(house, missing, until):
                break
            if missing:
                await asyncio.sleep(ASK_AGAIN_S)
    found = {job: receipt for job in jobs if (receipt := house.store.ledger.receipt(job)) is not None}
    if worker.trouble is not None and not found:
        raise worker.trouble
    return {job: found.get(job) or _still_owed(job, house.clock()) for job in jobs}


def _worth_waiting(house: House, missing: Sequence[str], until: datetime) -> bool:
    """True when some deed is still owed and may be tried before the person's patience ends."""
    soonest = house.store.due.soonest(ACT_LANE, missing)
    return soonest is not None and soonest < until


def _still_owed(job: str, at: datetime) -> Receipt:
    """What a person is told of a deed that could not be done yet; it is not written down, for the deed is still to come."""
    why = (
        "not done yet: it stays owed, and `mailkeep watch` carries it out. `mailkeep doctor` tells what is in the way."
    )
    return Receipt(action=job, ended=Ended.FAILED, at=at, why=why)

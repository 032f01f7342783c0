"""A campaign pulled out of every mailbox at once, and brought back whole.

    begin (searches owed) → search every mailbox → approval, if it is large → pulls owed → pulled → end

Each arrow is a transaction, so a claw-back that was killed goes on where it was: the same command, or `watch`, does what
is still owed, and the count is of the whole. Nothing is touched before the search is over and the number is known.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from mailkeep.act.nouns import Action, Receipt
from mailkeep.cases.campaign import Campaign
from mailkeep.connect.port import Connector, ProviderTrouble
from mailkeep.decide.nouns import Act
from mailkeep.facts.vantage import Vantage
from mailkeep.flow.deeds import Deeds, act_worker, is_moved
from mailkeep.flow.hands import Order, carry_out, deeds_for, patiently
from mailkeep.flow.house import House
from mailkeep.flow.judging import Judge
from mailkeep.flow.notice import Notice, Step, nobody
from mailkeep.flow.search import Search, search_worker
from mailkeep.flow.walk import Walk
from mailkeep.profile.memory import Memory
from mailkeep.store.approvals import Approval
from mailkeep.store.clawbacks import FIND_LANE, Clawback, search_name
from mailkeep.store.ledger import ACT_LANE

LOOK_S = 30.0
"""Between two looks for claw-backs that were broken off."""
ABANDONED = timedelta(minutes=3)
"""One that began so long ago and is not over is not in the hands of the person who waits for it."""


class Pulled(msgspec.Struct, frozen=True, kw_only=True):
    """What a claw-back came to, from its asking on: in this run, and in those that were broken off."""

    campaign: str
    receipts: tuple[Receipt, ...]
    """One for each mail asked for."""
    unsearched: tuple[str, ...] = ()
    """Mailboxes that could not be searched yet; they stay owed."""
    waits_for: Approval | None = None
    """Set when nothing was touched: it is so large that somebody else must agree."""


async def clawback(house: House, campaign_id: str, *, by: str, notice: Notice = nobody) -> Pulled:
    """Pulls every copy of a campaign out of every mailbox: its members, their copies that were judged otherwise, and the
    copies that were never judged, which are found by Message-ID.

    Raises: NoSuchId; ProviderTrouble when nothing can be done now (what was asked for stays owed). Mails that lie in
    quarantine already are left there and not counted.
    """
    campaign = house.store.campaign(campaign_id)
    tenant = house.tenant(campaign.tenant)
    async with tenant.connected() as connector:
        if house.store.clawbacks.of(campaign.id) is None:
            fresh = Clawback(campaign=campaign.id, tenant=tenant.name, by=by, at=house.clock())
            house.store.clawbacks.begin(fresh, [mailbox.id for mailbox in await connector.mailboxes()])
        begun = house.store.clawbacks.of(campaign.id)
        if begun is None:  # undone by another process this moment
            return Pulled(campaign=campaign.id, receipts=())
        return await _go_on(house, begun, connector, notice)


async def approve(house: House, campaign_id: str, *, by: str, notice: Notice = nobody) -> Pulled:
    """Agrees to a large claw-back as its second person, and carries it out.

    Raises: NotApproved when none waits, or when the same person asked for it; as `clawback`.
    """
    approval = house.store.approvals.approve(house.store.campaign_id(campaign_id), by=by, at=house.clock())
    return await clawback(house, approval.campaign, by=approval.asked_by, notice=notice)


async def finish_clawbacks(walk: Walk) -> None:
    """A duty of the watch: goes on with claw-backs that were broken off, until it is cancelled."""
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            await resume(walk.house, walk.tenant.name, walk.connector, walk.notice, untouched_for=ABANDONED)
        except ProviderTrouble as trouble:
            walk.tell(Step.TROUBLE, says=str(trouble))


async def resume(
    house: House, tenant: str, connector: Connector, notice: Notice = nobody, untouched_for: timedelta = timedelta(0)
) -> list[Pulled]:
    """Goes on with every claw-back of this tenant that is under way, as far as it does not wait for a person.

    Takes: the age from which one is taken for abandoned by whoever began it. Raises: ProviderTrouble.
    """
    before = house.clock() - untouched_for
    begun = [each for each in house.store.clawbacks.under_way(tenant) if each.at <= before]
    return [await _go_on(house, each, connector, notice) for each in begun]


async def undo(house: House, campaign_id: str, *, by: str, notice: Notice = nobody) -> tuple[Receipt, ...]:
    """Brings every mail of a campaign back to the exact state it was found in, whoever had it moved.

    A claw-back that is under way ends with that. Raises: as `clawback`.
    """
    campaign = house.store.campaign(campaign_id)
    house.store.clawbacks.withdraw(campaign.id, house.clock())
    house.store.approvals.spend(campaign.id)
    order = Order(act=Act.RESTORE, by=by, because=f"campaign {campaign.id}", campaign=campaign.id)
    async with house.tenant(campaign.tenant).connected() as connector:
        await _let_finish(house, campaign, connector, notice)
        wanted = deeds_for(house, _every_mail(house, campaign.id), order)
        actions = [each for each in wanted if isinstance(each, Action)]
        if not actions:
            return ()
        receipts = await carry_out(house, campaign.tenant, connector, actions, notice)
    return tuple(receipts.values())


async def _go_on(house: House, begun: Clawback, connector: Connector, notice: Notice) -> Pulled:
    """The claw-back from where it is, to where it must wait."""
    await _search(house, begun, connector)
    unsearched = tuple(house.store.clawbacks.unsearched(begun.campaign))
    order = Order(act=Act.QUARANTINE, by=begun.by, because=f"campaign {begun.campaign}", campaign=begun.campaign)
    wanted = [each for each in deeds_for(house, _in_sight(house, begun), order) if isinstance(each, Action)]
    approval = _approval(house, begun, len(wanted))
    if approval is not None and approval.approved_by is None:
        return Pulled(campaign=begun.campaign, receipts=(), unsearched=unsearched, waits_for=approval)
    asked = await _pull(house, begun, connector, wanted, notice)
    if not unsearched and not house.store.clawbacks.open_pulls(begun.campaign):
        house.store.clawbacks.end(begun.campaign)
        house.store.approvals.spend(begun.campaign)
    return Pulled(campaign=begun.campaign, receipts=asked, unsearched=unsearched)


async def _search(house: House, begun: Clawback, connector: Connector) -> None:
    """Searches the mailboxes that are still to be searched, as far as the provider lets us now."""
    owed = house.store.clawbacks.unsearched(begun.campaign)
    if not owed:
        return
    tenant = house.tenant(begun.tenant)
    memory = Memory(house.store.shelf(tenant.name), tenant.directory)
    search = Search(
        house=house,
        tenant=tenant.name,
        connector=connector,
        judge=Judge(bench=house.bench, memory=memory, vantage=Vantage(boundary=tenant.boundary)),
        mailboxes={mailbox.id: mailbox for mailbox in await connector.mailboxes()},
    )
    worker = search_worker(house, tenant.name, search)
    worker.resume()
    await patiently(worker, FIND_LANE, [search_name(begun.campaign, mailbox) for mailbox in owed])


async def _let_finish(house: House, campaign: Campaign, connector: Connector, notice: Notice) -> None:
    """Waits for the pulls that another process has in hand, or ends them for one that died: half a pull cannot be undone."""
    in_hand = house.store.clawbacks.open_pulls(campaign.id)
    if in_hand:
        deeds = Deeds(house=house, tenant=campaign.tenant, connector=connector, notice=notice)
        worker = act_worker(house, campaign.tenant, deeds)
        worker.resume()
        await patiently(worker, ACT_LANE, in_hand)


def _every_mail(house: House, campaign: str) -> list[str]:
    """Every mail of the campaign, and every one that was pulled in its name."""
    pulled = (action.verdict for action, _ in house.store.ledger.of_campaign(campaign))
    return list(dict.fromkeys((*house.store.reach(campaign), *pulled)))


def _in_sight(house: House, begun: Clawback) -> list[str]:
    """Every mail of the campaign that was not taken out of sight."""
    every = house.store.reach(begun.campaign)
    deeds = house.store.ledger.of_messages(every)
    return [each for each in every if not is_moved(deeds.get(each, []))]


def _approval(house: House, begun: Clawback, mails: int) -> Approval | None:
    """What this claw-back waits for or has; None where it needs nobody."""
    if mails <= house.tenant(begun.tenant).approve_above:
        return None
    asked = Approval(
        campaign=begun.campaign, tenant=begun.tenant, mails=mails, asked_by=begun.by, asked_at=house.clock()
    )
    return house.store.approvals.ask(asked)


async def _pull(
    house: House, begun: Clawback, connector: Connector, wanted: Sequence[Action], notice: Notice
) -> tuple[Receipt, ...]:
    """Does the deeds that are wanted; the receipts of all that this claw-back asked for, those of earlier runs first."""
    earlier = [
        receipt
        for action, receipt in house.store.ledger.of_campaign(begun.campaign)
        if receipt is not None and action.act is Act.QUARANTINE and action.asked_at >= begun.at
    ]
    if not wanted:
        return tuple(earlier)
    receipts = await carry_out(house, begun.tenant, connector, wanted, notice)
    return (*earlier, *receipts.values())

"""What stops a live tenant's mail, played over HTTP by simulated providers: told of at the next look, and over by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from tests.connect.contract import ADA
from tests.connect.gmail.yard import DELEGATED, GmailYard, workspace
from tests.connect.graph.yard import PERMISSIONS, GraphYard
from tests.flow.company import house_of, letter

from mailkeep.connect.grants import Tier
from mailkeep.flow.alarms import GRANTS_S, LOOK_S, SILENT_LOOKS, Guard
from mailkeep.flow.canary import Aviary
from mailkeep.flow.coverage import reconcile
from mailkeep.flow.subscriptions import CHECKED_S, TURN_S
from mailkeep.flow.walk import walking
from mailkeep.flow.watch import watch
from mailkeep.simulator.google.server import GoogleSimulator
from mailkeep.simulator.graph.faults import Upset
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator


class Microsoft(GraphYard):
    """A Microsoft 365 tenant, and the hands of those who spoil it."""

    def grant(self, tier, permissions):
        self.office.grant(self.registered[tier], permissions)

    async def down(self):
        await self.simulator.down()

    async def up(self):
        await self.simulator.up()


class Google(GmailYard):
    """A Google Workspace tenant, and the same."""

    def grant(self, tier, permissions):
        self.delegate(tier, *permissions)

    async def down(self):
        await self.simulator.go_down()

    async def up(self):
        await self.simulator.come_back()


GRANTS = {Microsoft: PERMISSIONS, Google: DELEGATED}


@pytest.fixture
async def microsoft():
    async with GraphSimulator(Office(byte_true=True)) as running:
        yield Microsoft(running)


@pytest.fixture
async def google():
    async with GoogleSimulator(workspace()) as running:
        yield Google(running)


@pytest.fixture(params=["microsoft", "google"])
def yard(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def house(tmp_path, yard):
    made = house_of(tmp_path / "home", yard.connector, clock=partial(datetime.now, UTC))
    yield made
    made.store.close()


@pytest.fixture
async def guarding(house):
    async with walking(house, "corp", lambda _: None) as walk:
        yield Guard(walk)


async def kinds(guarding, looks=1):
    """What stands after so many looks at everything."""
    for _ in range(looks):
        guarding.grants_due = guarding.started_at
        await guarding.look()
    return sorted((each.kind, each.about) for each in guarding.walk.house.store.troubles())


async def reconciled(house):
    """All receipts after one more look at every mailbox."""
    async with walking(house, "corp", lambda _: None) as walk:
        for mailbox in walk.mailboxes:
            await reconcile(walk, mailbox)
    return house.store.coverage.summary("corp")


def test_looks_are_so_close_that_every_fault_is_told_of_within_a_minute():
    assert SILENT_LOOKS * (LOOK_S + 16) <= 60
    assert GRANTS_S + LOOK_S + 8 <= 60
    assert CHECKED_S + TURN_S <= 60


async def test_a_revoked_consent(guarding, yard):
    assert await kinds(guarding) == []
    yard.grant(Tier.OBSERVE, ())
    assert ("consent-lost", "corp") in await kinds(guarding)
    yard.grant(Tier.OBSERVE, GRANTS[type(yard)][Tier.OBSERVE])
    assert await kinds(guarding) == []


async def test_a_revoked_consent_of_a_tier_that_is_seldom_used(guarding, yard):
    assert await kinds(guarding) == []
    yard.grant(Tier.REMEDIATE, ())
    assert await kinds(guarding) == [("consent-lost", "remediate")]
    yard.grant(Tier.REMEDIATE, GRANTS[type(yard)][Tier.REMEDIATE])
    assert await kinds(guarding) == []


@pytest.mark.parametrize("yard", ["microsoft"], indirect=True)
async def test_a_certificate_that_was_taken_away(guarding, yard):
    assert await kinds(guarding) == []
    registered = yard.registered[Tier.REMEDIATE]
    kept = list(registered.certificates)
    registered.certificates.clear()
    assert await kinds(guarding) == [("consent-lost", "corp grants")]
    registered.certificates.extend(kept)
    assert await kinds(guarding) == []


async def test_a_provider_that_is_down(guarding, yard):
    assert await kinds(guarding) == []
    guarding.answer_s = 0.5
    await yard.down()
    assert await kinds(guarding, SILENT_LOOKS) == [("provider-down", "corp")]
    await yard.up()
    assert await kinds(guarding) == []


@pytest.mark.parametrize("yard", ["microsoft"], indirect=True)
async def test_a_provider_that_answers_nonsense(guarding, yard):
    guarding.answer_s = 0.5
    yard.simulator.faults.plan(Upset(answer="html", path="/users/"))
    assert ("provider-down", "corp") in await kinds(guarding, SILENT_LOOKS)
    yard.simulator.faults.clear()
    assert await kinds(guarding) == []


async def test_a_mail_that_the_feed_lost_is_found_and_read(house, yard):
    await watch(house, "corp", once=True)
    at = datetime.now(UTC) + timedelta(seconds=1)
    yard.deliver(ADA, letter(1), at=at)
    later = replace(house, clock=lambda: at + timedelta(minutes=1))
    summary = await reconciled(later)
    assert (summary.missing, house.store.due.waiting("live", "corp")[0]) == (1, 1)
    await watch(later, "corp", once=True)
    summary = await reconciled(later)
    assert (summary.missing, summary.healed, summary.listed) == (0, 1, 1)


async def test_a_canary_flies_and_is_gone(house, yard):
    housed = replace(house, tenants={"corp": replace(house.tenants["corp"], canary=ADA)})
    await watch(housed, "corp", once=True)
    for _ in range(3):
        async with walking(housed, "corp", lambda _: None) as walk:
            flies = housed.store.canaries.flying("corp")
            await Aviary(walk, walk.connector, sent_at=flies[0].sent_at if flies else None).turn()
        await watch(housed, "corp", once=True)
    (canary,) = housed.store.canaries.flying("corp")
    assert canary.arrived_at is not None
    assert {lying.folder for lying in yard.lying(ADA)} == {"Trash"}
    assert housed.store.summary().tenants[0].mails == 0

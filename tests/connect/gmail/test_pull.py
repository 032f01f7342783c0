"""Notices pulled from Pub/Sub stir mailboxes; lost and doubled ones do no harm."""

import asyncio
from contextlib import aclosing

import pytest
from tests.connect.contract import ADA, BEN, box, letter

from mailkeep.connect.port import ConsentLost, Hook
from mailkeep.simulator.google.faults import Notices

TOPIC = "projects/mailkeep-sim/topics/mail"
SUBSCRIPTION = "projects/mailkeep-sim/subscriptions/mail"


@pytest.fixture
async def connector(yard):
    connector = yard.connector(pull_subscription=SUBSCRIPTION)
    for address in (ADA, BEN):
        await connector.subscribe(await box(connector, address), Hook(url=TOPIC))
    yield connector
    await connector.close()


@pytest.fixture
async def changes(connector):
    async with asyncio.timeout(20), aclosing(connector.changes()) as changes:
        assert {(await anext(changes)).address for _ in range(2)} == {ADA, BEN}
        yield changes


async def test_a_notice_names_the_mailbox_and_is_acknowledged_once_it_was_handed_on(yard, changes):
    yard.deliver(BEN, letter(1))
    assert (await anext(changes)).address == BEN
    assert yard.workspace.pubsub.subscriptions[SUBSCRIPTION].acknowledged == 0
    yard.deliver(ADA, letter(2))
    assert (await anext(changes)).address == ADA
    assert yard.workspace.pubsub.subscriptions[SUBSCRIPTION].acknowledged == 1


async def test_a_notice_that_came_twice_stirs_once_at_a_time(yard, changes):
    yard.simulator.faults.notices = Notices(duplicate=1.0)
    yard.deliver(BEN, letter(1))
    assert (await anext(changes)).address == BEN
    yard.deliver(ADA, letter(2))
    assert (await anext(changes)).address in {ADA, BEN}


async def test_notices_that_make_no_sense_and_strangers_are_passed_over(yard, changes):
    for garbage in (b"", b"{}", b'{"emailAddress":"nobody@corp.example","historyId":1}', b"\xff"):
        yard.workspace.pubsub.publish(TOPIC, garbage)
    yard.deliver(ADA, letter(1))
    assert (await anext(changes)).address == ADA


async def test_a_new_colleague_is_known_by_the_first_notice(yard, changes, connector):
    yard.workspace.add_person("eve@corp.example", aliases=("e@corp.example",))
    yard.workspace.pubsub.publish(TOPIC, b'{"emailAddress":"E@corp.example","historyId":1}')
    assert (await anext(changes)).address == "eve@corp.example"


async def test_an_outage_is_sat_out(yard, changes):
    yard.simulator.faults.stumble(503, path=":pull", times=1, retry_after_s=1)
    yard.simulator.faults.stumble(503, path=":acknowledge", times=1, retry_after_s=1)
    yard.deliver(ADA, letter(1))
    assert (await anext(changes)).address == ADA


async def test_a_subscription_that_may_not_be_read_is_told(yard, connector):
    yard.simulator.faults.stumble(403, path=":pull", reason="forbidden")
    async with asyncio.timeout(20), aclosing(connector.changes()) as changes:
        for _ in range(2):
            await anext(changes)
        with pytest.raises(ConsentLost, match=r"Pub/Sub pull of projects/mailkeep-sim/subscriptions/mail"):
            await anext(changes)

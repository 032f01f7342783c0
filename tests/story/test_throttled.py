"""The whole product under a provider's quota: scan, live mail and acts never ask for more than there is, and lose nothing."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from tests.connect.contract import ADA, BEN
from tests.connect.gmail.yard import GmailYard, workspace
from tests.connect.graph.yard import GraphYard
from tests.flow.company import house_of, letter, phish

from mailkeep.connect.limits import Limit
from mailkeep.connect.port import QUARANTINE_FOLDER
from mailkeep.flow.scan import scan
from mailkeep.flow.serving import DUTIES
from mailkeep.flow.watch import watch
from mailkeep.simulator.google.quota import QUOTA_2026
from mailkeep.simulator.google.server import GoogleSimulator
from mailkeep.simulator.graph.faults import Faults
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator
from mailkeep.simulator.graph.throttle import Limits

PAST, LIVE, ATTACKS = 70, 20, 5
"""Mails of each of two people."""
WINDOW_S = 8.0
A_MINUTES = 280
"""More mails of one person than Google gives in a minute."""
MOST_S = 120.0
PEOPLE = {"ada": ADA, "ben": BEN}
now = partial(datetime.now, UTC)


@asynccontextmanager
async def microsoft(limits=None, **more):
    """A tenant with a small quota, and a connector that is told of it."""
    limits = limits or Limits()
    faults = Faults(seed=3)
    mailbox_limit = Limit(limits.requests, limits.window_s, limits.concurrent)
    async with GraphSimulator(Office(byte_true=True), limits=limits, faults=faults, **more) as running:
        yard = GraphYard(running)
        yield yard, partial(yard.connector, mailbox_limit=mailbox_limit)


def write_past(yard, person, mails):
    """Months of honest mail."""
    for number in range(mails):
        at = now() - timedelta(days=60, hours=-number)
        yard.deliver(PEOPLE[person], letter(number, to=person, at=at), at=at)


def write_live(yard):
    """Mail of this moment, some of it attacks."""
    for person, address in PEOPLE.items():
        for number in range(LIVE):
            write = phish if number < ATTACKS else letter
            yard.deliver(address, write(1000 + number, to=person, at=now()), at=now())


async def watched(house, yard, whole):
    """What arrives now judged and acted on beside whatever was not read yet, until so many have a verdict and nothing is owed."""
    watching = asyncio.create_task(watch(house, "corp", once=False, duties=DUTIES))
    write_live(yard)
    latest = time.monotonic() + MOST_S
    try:
        while (told := house.store.summary()).due or sum(each.mails for each in told.tenants) < whole:
            assert time.monotonic() < latest, f"not all is judged and done: {told}"
            await asyncio.sleep(0.2)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def quarantined(yard):
    """How many mails lie in our own folder."""
    return sum(lying.folder == QUARANTINE_FOLDER for address in PEOPLE.values() for lying in yard.lying(address))


@pytest.fixture
def housed(tmp_path):
    made = []

    def house(connector):
        made.append(house_of(tmp_path / "home", connector, clock=now))
        return made[-1]

    yield house
    for each in made:
        each.store.close()


async def test_a_small_quota_of_microsofts_is_used_and_never_overdrawn(housed):
    async with microsoft(Limits(requests=100, window_s=WINDOW_S)) as (yard, connector):
        for person in PEOPLE:
            write_past(yard, person, PAST)
        house = housed(connector)
        assert (await scan(house, "corp")).mails == 2 * PAST
        await asyncio.sleep(WINDOW_S)  # a line that is opened anew does not know what the one before has used
        await watched(house, yard, 2 * (PAST + LIVE))
        throttle = yard.simulator.service.throttle
        assert throttle.refused == 0
        assert max(bucket.fullest for bucket in throttle.buckets.values()) > 75
        assert max(bucket.busiest for bucket in throttle.buckets.values()) <= 4
        assert quarantined(yard) == 2 * ATTACKS


async def test_what_microsoft_refuses_at_random_is_asked_again_when_it_says_and_nothing_is_lost(housed):
    async with microsoft() as (yard, connector):
        for person in PEOPLE:
            write_past(yard, person, PAST)
        yard.simulator.faults.upset("429", "/users/", share=0.05, retry_after_s=3)
        house = housed(connector)
        assert (await scan(house, "corp")).mails == 2 * PAST
        await watched(house, yard, 2 * (PAST + LIVE))
        assert yard.simulator.faults.count["429"] > 5
        throttle = yard.simulator.service.throttle
        assert (throttle.impatient, throttle.refused) == (0, 0)
        moves = [item.moves for address in PEOPLE.values() for item in yard.office.lying(address)]
        assert (quarantined(yard), max(moves)) == (2 * ATTACKS, 1)


async def test_googles_table_of_2026_is_used_and_never_overdrawn_and_refusals_lose_nothing(housed):
    async with GoogleSimulator(workspace(), quota=QUOTA_2026) as running:
        yard = GmailYard(running)
        write_past(yard, "ada", A_MINUTES)
        running.faults.stumble(429, share=0.05, path="/gmail/v1/users", retry_after_s=1)
        await watched(housed(yard.connector), yard, A_MINUTES + 2 * LIVE)
        assert running.meter.refused == 0
        assert running.faults.played
        assert max(window.most for window in running.meter.windows.values()) > 5_000
        assert quarantined(yard) == 2 * ATTACKS

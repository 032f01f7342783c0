"""A small workspace, served; every answer it gives is held against the discovery documents."""

import aiohttp
import pytest
from tests.contracts.google import Checked
from tests.simulator.google.desk import ADA, BEN, EVERY, ROOT, Clock, Desk, letter

from mailkeep.simulator.google.server import GoogleSimulator
from mailkeep.simulator.google.workspace import Workspace


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def workspace(clock):
    made = Workspace(clock=clock)
    made.add_person(ROOT, "Root Admin", admin=True)
    made.add_person(ADA, "Ada Lovelace", aliases=("al@northwind-harbour.example",), manager=ROOT, title="Engineer")
    made.add_person(BEN, "Ben Okri")
    made.grant("everything", EVERY.split())
    return made


@pytest.fixture
async def sim(workspace):
    checked = Checked()
    async with GoogleSimulator(workspace, observers=[checked]) as running:
        yield running
    assert checked.faults == []


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
def desk(sim, session):
    return Desk(sim, session)


@pytest.fixture
def five(workspace, clock):
    """Ids of five mails of Ada's, ten seconds apart."""
    given = []
    for number in range(5):
        clock.on(10)
        given.append(workspace.deliver(ADA, letter(number)))
    return given

"""A Microsoft 365 tenant on loopback whose every answer is held against the published contract, where that is at hand."""

import pytest
from tests.connect.graph.yard import GraphYard
from tests.contracts.graph import watchman

from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator


@pytest.fixture
async def simulator():
    """A tenant with nobody in it; the bytes of mails stay as they came."""
    watching = watchman()
    async with GraphSimulator(Office(byte_true=True), observer=watching) as running:
        yield running
    assert watching is None or watching.wrong == []


@pytest.fixture
async def yard(simulator):
    """Two people and three registrations."""
    yard = GraphYard(simulator)
    yield yard
    assert simulator.service.throttle.refused == 0, "the connector went beyond a limit"


@pytest.fixture
async def connector(yard):
    """A connector with every tier."""
    connector = yard.connector()
    yield connector
    await connector.close()

"""A Microsoft 365 tenant on loopback whose every answer is held against the published contract, where that is at hand."""

import pytest
from tests.connect.graph.yard import GraphYard
from tests.simulator.graph.conftest import Watchman, watchman

from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator

__all__ = ["Watchman", "watchman"]


@pytest.fixture
async def simulator(watchman):
    """A tenant with nobody in it; the bytes of mails stay as they came."""
    async with GraphSimulator(Office(byte_true=True), observer=watchman) as running:
        yield running
    if watchman is not None:
        assert watchman.wrong == []


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

"""A simulated workspace for each test."""

import pytest
from tests.connect.gmail.yard import GmailYard, workspace
from tests.contracts.google import Checked

from mailkeep.simulator.google.server import GoogleSimulator


@pytest.fixture
async def yard():
    checked = Checked()
    async with GoogleSimulator(workspace(), observers=[checked]) as simulator:
        yield GmailYard(simulator)
    assert checked.faults == []


@pytest.fixture
async def connector(yard):
    connector = yard.connector()
    yield connector
    await connector.close()


@pytest.fixture
async def reader(yard):
    reader = yard.reader()
    yield reader
    await reader.client.http.close()

"""One small company for the verbs' tests: made and learned once a process, copied for each test that changes it."""

import asyncio

import pytest
from tests import northwind


@pytest.fixture(scope="session")
def plain(tmp_path_factory):
    """Mail on disk, nobody connected."""
    return northwind.found(tmp_path_factory.mktemp("plain"), days=9, attacks=0)


@pytest.fixture(scope="session")
def learned(tmp_path_factory):
    """Connected, and its past learned."""
    company = northwind.found(tmp_path_factory.mktemp("learned"))
    northwind.connect(company)
    asyncio.run(northwind.learn(company))
    return company


@pytest.fixture(scope="session")
def attacked(learned, tmp_path_factory):
    """The same after its live day: attacks came in and were dealt with."""
    company = learned.copy(tmp_path_factory.mktemp("attacked"))
    company.deliver(company.stage.live)
    done = company.call("watch", "--once")
    assert done.exit_code == 1, done.stderr
    return company


@pytest.fixture
def company(attacked, tmp_path):
    """The attacked company, to be changed at will."""
    return attacked.copy(tmp_path)

"""A company for whole-product stories, and the command line as a process of its own."""

import asyncio
import subprocess
import sys

import pytest
from tests import northwind

RUN = [sys.executable, "-m", "mailkeep.cli"]


@pytest.fixture(scope="session")
def found(tmp_path_factory):
    """Connected, nothing read yet."""
    company = northwind.found(tmp_path_factory.mktemp("found"), days=9, attacks=3)
    northwind.connect(company)
    return company


@pytest.fixture(scope="session")
def known(found, tmp_path_factory):
    """Its past is learned."""
    company = found.copy(tmp_path_factory.mktemp("known"))
    asyncio.run(northwind.learn(company))
    return company


@pytest.fixture
def fresh(found, tmp_path):
    """A connected company to be changed at will."""
    return found.copy(tmp_path)


@pytest.fixture
def company(known, tmp_path):
    """A learned company to be changed at will."""
    return known.copy(tmp_path)


@pytest.fixture
def run():
    """The command line as a process: its exit code, output and sentences."""

    def running(*words, before=(), **given):
        command = [*before, *RUN, *map(str, words)]
        return subprocess.run(command, capture_output=True, timeout=120, check=False, **given)

    return running

import pytest
from tests.flow.company import Clock, house_of
from tests.postbox import Postbox


@pytest.fixture
def post():
    return Postbox("ada", "ben")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def house(tmp_path, post, clock):
    made = house_of(tmp_path / "home", lambda: post, clock=clock)
    yield made
    made.store.close()


@pytest.fixture
def heard():
    return []

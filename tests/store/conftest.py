import pytest

from mailkeep.store.store import open_store


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "home" / "mailkeep.db")
    opened.begin("corp", "ada", since=None, begun_at=None)
    yield opened
    opened.close()


@pytest.fixture
def shelf(store):
    return store.shelf("corp")

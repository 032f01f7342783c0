"""The lists that ship with the product."""

from importlib.resources import files

import pytest

from mailkeep.facts import shipped


def test_comments_and_empty_lines_are_left_out() -> None:
    rows = shipped.lines("shorteners.txt")
    assert "bit.ly" in rows
    assert not any(row.startswith("#") or not row for row in rows)


def test_a_host_comes_with_everything_above_it() -> None:
    assert list(shipped.with_parents("a.b.test")) == ["a.b.test", "b.test", "test"]
    assert len(list(shipped.with_parents("a." * 100 + "test"))) == 6


@pytest.mark.parametrize(
    "name", sorted(path.name for path in files("mailkeep.facts").joinpath("data").iterdir() if "." in path.name)
)
def test_every_list_states_its_date_and_source(name: str) -> None:
    text = files("mailkeep.facts").joinpath("data", name).read_text("utf-8")
    assert "hand" in text[:900]
    assert "2026-11" in text[:900]

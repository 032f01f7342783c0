"""Rates carry what they are worth."""

from hypothesis import given
from hypothesis import strategies as st

from mailkeep.lab.intervals import rate


def test_the_interval_is_wilsons():
    found = rate(1, 10)
    assert round(found.low, 4) == 0.0179
    assert round(found.high, 4) == 0.4042


def test_nothing_seen_in_many_still_leaves_room():
    assert 0.0009 < rate(0, 4000).high < 0.001


def test_an_empty_sample_says_it_knows_nothing():
    assert (rate(0, 0).low, rate(0, 0).high) == (0.0, 1.0)


@given(st.integers(1, 5000), st.floats(0, 1))
def test_the_share_lies_within_its_interval(n, share):
    found = rate(share * n, n)
    assert found.low - 1e-9 <= found.share <= found.high + 1e-9

from hypothesis import given
from hypothesis import strategies as st

from mailkeep.profile.decay import HALF_LIFE_DAYS, faded
from mailkeep.profile.tally import SPAN_BITS, Tally

DAYS = st.lists(st.integers(20_000, 20_050), min_size=1, max_size=40)


def tally_of(days):
    tally = Tally()
    for day in days:
        tally.add(day)
    return tally


@given(days=DAYS, later=st.integers(0, 4000), more=st.integers(1, 4000))
def test_a_count_only_fades_with_time(days, later, more):
    tally, day = tally_of(days), max(days) + 1 + later
    assert tally.before(day) >= tally.before(day + more) >= 0


@given(days=DAYS, asked=st.integers(20_001, 20_060))
def test_a_count_is_the_decayed_sum_of_the_distinct_days_before(days, asked):
    exact = sum(faded(asked - day) for day in set(days) if day < asked)
    assert abs(tally_of(days).before(asked) - exact) < 0.1


def test_half_is_left_after_the_half_life():
    assert abs(tally_of([100]).before(100 + HALF_LIFE_DAYS) - 0.5) < 0.001


def test_a_flood_on_one_day_counts_once_even_far_back():
    tally = tally_of([500])
    for _ in range(1000):
        tally.add(500 - SPAN_BITS - 30)
    assert tally.before(501) < 2


def test_a_value_first_seen_later_was_not_seen_before():
    assert tally_of([500, 900]).before(500) == 0


@given(days=DAYS)
def test_taking_every_day_out_leaves_nothing(days):
    tally = tally_of(days)
    emptied = [tally.drop(day) for day in set(days)]
    assert emptied[-1]

"""One limit, counted by a clock that the test turns."""

from hypothesis import given
from hypothesis import strategies as st

from mailkeep.connect.bucket import Bucket, Haste, Limit


def test_a_request_counts_until_a_whole_window_after_its_answer():
    bucket = Bucket(Limit(1, 10.0))
    bucket.take(1)
    assert not bucket.admits(1, Haste.LIVE, 100.0)
    bucket.give_back(1, 100.0)
    assert not bucket.admits(1, Haste.LIVE, 109.9)
    assert bucket.admits(1, Haste.LIVE, 110.2)


def test_so_many_at_a_time_and_not_one_more():
    bucket = Bucket(Limit(100, 10.0, 2))
    bucket.take(1)
    assert bucket.admits(1, Haste.LIVE, 0.0)
    bucket.take(1)
    assert not bucket.admits(1, Haste.LIVE, 0.0)


def test_scans_leave_live_mail_a_share_and_a_place():
    bucket = Bucket(Limit(10, 10.0, 4))
    for _ in range(3):
        bucket.take(1)
    assert not bucket.admits(1, Haste.SCAN, 0.0)
    assert bucket.admits(1, Haste.LIVE, 0.0)
    for _ in range(3):
        bucket.give_back(1, 0.0)
    assert bucket.admits(5, Haste.SCAN, 0.0)
    assert not bucket.admits(6, Haste.SCAN, 0.0)
    assert bucket.admits(7, Haste.LIVE, 0.0)


def test_what_costs_more_than_the_whole_budget_goes_alone():
    bucket = Bucket(Limit(10, 10.0))
    assert bucket.admits(50, Haste.LIVE, 0.0)
    bucket.take(50)
    assert not bucket.admits(1, Haste.LIVE, 0.0)


def test_nothing_goes_while_the_provider_asked_for_a_pause():
    bucket = Bucket(Limit(10, 10.0), paused_until=5.0)
    assert not bucket.admits(1, Haste.LIVE, 4.9)
    assert bucket.next_moment(0.0) == 5.0
    assert bucket.admits(1, Haste.LIVE, 5.0)


def test_it_is_told_when_there_is_room_at_the_earliest():
    bucket = Bucket(Limit(10, 64.0))
    for at, cost in ((0.0, 4), (10.0, 4), (20.0, 2)):
        bucket.take(cost)
        bucket.give_back(cost, at)
    assert bucket.room_at(1, Haste.LIVE, 30.0) == 64.0
    assert bucket.room_at(5, Haste.LIVE, 30.0) == 74.0
    assert bucket.room_at(1, Haste.LIVE, 70.0) == 70.0
    bucket.paused_until = 80.0
    assert bucket.room_at(1, Haste.LIVE, 70.0) == 80.0


@given(
    steps=st.lists(st.tuples(st.floats(0, 3), st.floats(0, 2), st.integers(1, 4)), max_size=60),
    budget=st.integers(4, 12),
    window_s=st.sampled_from([1.0, 7.0, 60.0]),
)
def test_no_window_ever_holds_more_than_the_budget(steps, budget, window_s):
    """Requests of any cost, arriving anywhere between sending and answer: the provider's own count never exceeds."""
    bucket = Bucket(Limit(budget, window_s))
    now = 0.0
    counted = []
    for pause_s, takes_s, cost in steps:
        now += pause_s
        if not bucket.admits(cost, Haste.LIVE, now):
            continue
        bucket.take(cost)
        now += takes_s
        bucket.give_back(cost, now)
        counted.append((now, cost))
    for until, _ in counted:
        assert sum(cost for at, cost in counted if until - window_s < at <= until) <= budget

import pytest

from mailkeep.flow.pace import Pace, in_words


def test_what_is_left_follows_the_last_minute_pauses_included():
    pace = Pace(of=10_000)
    for second in range(30):
        pace.went_on(100, float(second))
    assert pace.rate(30.0) == pytest.approx(100.0)
    assert pace.left_s(30.0) == pytest.approx(70.0)
    assert pace.rate(59.0) == pytest.approx(3000 / 59)
    assert pace.left_s(59.0) > pace.left_s(30.0)


def test_nothing_for_a_minute_is_no_promise():
    pace = Pace(of=100)
    assert pace.left_s(0.0) is None
    pace.went_on(10, 0.0)
    assert pace.left_s(1.0) is None
    assert pace.left_s(10.0) == pytest.approx(90.0)
    assert pace.left_s(200.0) is None


def test_what_was_done_by_earlier_runs_does_not_make_it_fast():
    pace = Pace(of=1000, done=900)
    pace.went_on(10, 0.0)
    assert pace.rate(10.0) == pytest.approx(1.0)
    assert pace.left_s(10.0) == pytest.approx(90.0)


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(None, ""), (20, "less than a minute left"), (90, "about 2 min left"), (90_000, "about 26 h left")],
)
def test_it_is_said_as_a_person_says_it(seconds, says):
    assert in_words(seconds) == says

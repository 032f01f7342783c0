from datetime import UTC, datetime, timedelta

from mailkeep.wiring import clock_from, present


def test_a_played_clock_shows_its_moment_and_goes_on():
    start = datetime(2024, 2, 29, 12, tzinfo=UTC)
    played = clock_from(start)
    first, second = played(), played()
    assert start <= first <= second < start + timedelta(minutes=5)
    assert present().tzinfo is UTC

"""The frozen view says what is usual, and says Unknown where nothing was learned."""

from datetime import UTC, datetime, timedelta

import pytest

from mailkeep.kit.known import known, or_else
from mailkeep.profile.history import NOBODY, Acquaintance, Habit, History, Learned

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_share_is_of_the_days_that_told_it():
    habit = Habit(mails=10, axes={"hour": {"9": 5.0}, "client": {"Outlook": 4.0}}, told={"client": 4.0})
    assert habit.share("hour", "9") == 0.5
    assert habit.share("hour", "3") == 0.0
    assert habit.share("client", "Outlook") == 1.0
    assert not known(habit.share("zone", "+0100"))


def test_the_usual_values_come_most_frequent_first():
    habit = Habit(mails=10, axes={"hour": {"9": 2.0, "10": 5.0, "11": 1.0, "12": 12.0}})
    assert habit.usual("hour", 2) == (("12", 1.0), ("10", 0.5))
    assert habit.usual("zone") == ()


def test_nobody_is_unknown_and_was_never_silent():
    assert not NOBODY.known
    assert not NOBODY.established
    assert not known(NOBODY.silent_days(AT))


def test_silence_is_counted_in_days_and_never_negative():
    friend = Acquaintance(first_seen=AT - timedelta(days=90), last_seen=AT - timedelta(days=40))
    assert friend.known
    assert or_else(friend.silent_days(AT), -1) == pytest.approx(40)
    assert friend.silent_days(AT - timedelta(days=60)) == 0.0


def test_a_relation_stands_on_weeks_and_on_both_sides():
    assert Acquaintance(weeks=3, sent=1.0).established
    assert not Acquaintance(weeks=3, received=50.0).established
    assert not Acquaintance(weeks=2, sent=9.0).established


def test_never_seen_means_something_only_after_enough_was_learned():
    def speaks(mails, days):
        return History(at=AT, learned=Learned(mails=mails, since=AT - timedelta(days=days), until=AT)).speaks

    assert speaks(200, 14)
    assert not speaks(199, 14)
    assert not speaks(5000, 13)
    assert not History(at=AT).speaks

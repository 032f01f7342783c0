from mailkeep.profile.decay import HALF_LIFE_DAYS, day_of, faded, week_of


def test_nothing_fades_today_and_half_is_left_after_the_half_life():
    assert faded(0) == faded(-5) == 1
    assert faded(HALF_LIFE_DAYS) == 0.5
    assert faded(10**6) == 0


def test_a_week_begins_on_monday():
    monday = 4  # 1970-01-05
    assert week_of(monday - 1) + 1 == week_of(monday) == week_of(monday + 6)
    assert day_of(4 * 86_400 + 5) == monday

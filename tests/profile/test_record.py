from hypothesis import given
from hypothesis import strategies as st

from mailkeep.profile.record import (
    RECEIVED,
    SENT,
    SLOTS_KEPT,
    WEEKS_KEPT,
    Record,
    Sighting,
    pack,
    unpack_record,
    unpack_sighting,
)

DAY = 86_400


def record_of(days, flags=RECEIVED):
    record = Record()
    for day in days:
        record.mark(day * DAY + 60, flags)
    return record


@given(days=st.lists(st.integers(20_000, 20_045), min_size=1, max_size=60), asked=st.integers(20_000, 20_050))
def test_days_and_weeks_before_a_day_are_exact_in_any_order(days, asked):
    counts = record_of(days).counts(asked)
    before = {day for day in days if day < asked}
    assert counts.days == len(before)
    assert counts.weeks == len({(day + 3) // 7 for day in before})
    assert counts.last_day == max(before, default=0)


@given(days=st.sets(st.integers(20_000, 20_400), min_size=1, max_size=60), asked=st.integers(20_000, 20_500))
def test_what_was_received_is_the_decayed_sum_of_days_within_a_few_percent(days, asked):
    exact = sum(0.5 ** ((asked - day) / 180) for day in days if day < asked)
    assert abs(record_of(days).counts(asked).received - exact) <= exact * 0.025


def test_three_years_of_weeks_are_remembered_and_no_more():
    record = record_of(range(20_000, 20_000 + 7 * WEEKS_KEPT * 2, 7))
    assert len(record.weeks) == WEEKS_KEPT
    assert record.first == 20_000 * DAY + 60


def test_a_day_taken_out_is_gone_and_the_rest_stays():
    record = record_of([20_000, 20_007, 20_014])
    record.unmark(20_000)
    assert record.counts(20_020).days == 2
    assert record.first == 20_007 * DAY
    record.unmark(20_014)
    record.unmark(20_007)
    assert record.first == 0


def test_the_rarest_value_gives_way_and_many_new_ones_do_not_push_out_the_usual():
    record = Record()
    for day in range(10):
        record.note("network", "home", 20_000 + day, 4)
    for number in range(100):
        record.note("network", f"net{number}", 20_020, 4)
    assert "home" in record.axes["network"]
    assert len(record.axes["network"]) == 4


def test_recipients_are_bounded_by_slots_and_days():
    record = Record()
    for number in range(1000):
        record.spread(number * 400, 1)
    assert len(record.slots) == SLOTS_KEPT
    record.unspread(999 * 400, 1)
    assert len(record.slots) == SLOTS_KEPT - 1


def test_having_written_to_them_is_known_from_that_day_on():
    record = record_of([20_005], SENT)
    assert record.wrote_on(20_005)
    assert not record.wrote_on(20_004)


def test_entries_come_back_as_they_were_packed():
    record = record_of([20_000, 20_030], RECEIVED | SENT)
    record.note("ask", "payment", 20_000, 4)
    assert unpack_record(pack(record)) == record
    assert unpack_sighting(pack(Sighting(5, "a", ["b"]))) == Sighting(5, "a", ["b"])

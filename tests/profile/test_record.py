from hypothesis import given
from hypothesis import strategies as st

from mailkeep.profile.record import (
    DAYS_KEPT,
    RECEIVED,
    SENT,
    SLOTS_KEPT,
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
def test_days_and_weeks_before_a_day_are_exact(days, asked):
    counts = record_of(days).counts(asked)
    before = {day for day in days if day < asked}
    assert counts.days == len(before)
    assert counts.weeks == len({(day + 3) // 7 for day in before})


def test_days_beyond_those_remembered_are_folded_and_still_counted():
    days = range(20_000, 20_000 + DAYS_KEPT * 3)
    counts = record_of(days).counts(20_000 + DAYS_KEPT * 3)
    assert counts.days == DAYS_KEPT * 3
    assert abs(counts.weeks - DAYS_KEPT * 3 / 7) <= 2
    assert len(record_of(days).days) == DAYS_KEPT


def test_inside_the_folded_time_days_are_shared_out():
    record = record_of(range(20_000, 20_000 + DAYS_KEPT * 3))
    assert record.counts(20_000).days == 0
    assert 10 < record.counts(20_000 + 24).days < 40


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

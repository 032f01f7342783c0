from datetime import UTC, datetime

from sqlalchemy import select

from mailkeep.store.sql import MANY, moment, ms, put, slices
from mailkeep.store.tables import META


def test_a_moment_comes_back_to_the_millisecond():
    at = datetime(2026, 3, 2, 9, 30, 15, 123000, tzinfo=UTC)
    assert moment(ms(at)) == at


def test_put_overwrites_but_for_what_it_is_told_to_keep(store):
    with store.writing() as connection:
        put(connection, META, [{"key": "a", "value": "1"}])
        put(connection, META, [{"key": "a", "value": "2"}])
        assert connection.execute(select(META.c.value)).scalar() == "2"
        put(connection, META, [{"key": "a", "value": "3"}], keep=None)
        assert connection.execute(select(META.c.value)).scalar() == "2"


def test_slices_are_small_and_complete():
    values = [str(n) for n in range(MANY * 2 + 1)]
    assert [value for some in slices(values) for value in some] == values
    assert max(map(len, slices(values))) == MANY
    assert slices([]) == []

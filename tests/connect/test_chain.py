"""The cursor of mail in files covers exactly what was handed over."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from mailkeep.connect.chain import Item, key_of, moment_of, nanoseconds, read_cursor, wanted

SECOND = 1_000_000_000


def item(number, second):
    return Item(second * SECOND, key_of(number), second * SECOND)


def walk(steps, limit):
    """Everything handed over while the mailbox changes from step to step, and the cursor."""
    handed, cursor = [], None
    for present in steps:
        owed = wanted(cursor, present, None)
        page = owed.items[:limit]
        handed.extend(page)
        cursor = owed.after(page)
    return handed, cursor


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.dictionaries(st.integers(0, 40), st.integers(0, 5), max_size=30), min_size=1, max_size=8),
    st.integers(1, 7),
)
def test_whatever_comes_and_goes_nothing_that_stays_is_missed(steps, limit):
    mailboxes = [[item(number, second) for number, second in step.items()] for step in steps]
    last = mailboxes[-1]
    handed, cursor = walk([*mailboxes, *[last] * (len(last) + 1)], limit)
    assert {each.key for each in last} <= {each.key for each in handed}
    assert wanted(cursor, last, None).items == ()


def test_a_quiet_mailbox_is_handed_over_once():
    present = [item(number, number % 3) for number in range(50)]
    handed, _ = walk([present] * 20, 7)
    assert sorted(handed) == sorted(present)
    assert len(handed) == 50


def test_more_changes_than_can_be_told_begin_anew():
    present = [item(number, 5) for number in range(300)]
    _, cursor = walk([present], 300)
    assert len(wanted(cursor, [item(number, 1) for number in range(1000, 1300)], None).items) == 300


def test_a_cursor_that_is_none_begins_anew():
    for strange in (None, "", "x", "\ud800", "~" * 10):
        assert read_cursor(strange).mark == (-1, -1)


def test_a_moment_survives_the_cursors_numbers():
    moment = datetime(2026, 3, 2, 12, 30, 1, 250_000, tzinfo=UTC)
    assert moment_of(nanoseconds(moment)) == moment
    assert moment_of(-5) == datetime(1970, 1, 1, tzinfo=UTC)
    assert moment_of(10**30).year == 9999

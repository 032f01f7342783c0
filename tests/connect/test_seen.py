"""A note of two kilobytes tells exactly what is new and what is gone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mailkeep.connect.chain import key_of
from mailkeep.connect.seen import SIZE, difference, note

KEYS = st.sets(st.integers(0, 100_000), max_size=300)


@settings(max_examples=200, deadline=None)
@given(
    stays=KEYS,
    new=st.sets(st.integers(200_000, 300_000), max_size=30),
    gone=st.sets(st.integers(400_000, 500_000), max_size=30),
)
def test_a_small_difference_is_told_exactly(stays, new, gone):
    kept, added, removed = ([key_of(each) for each in some] for some in (stays, new, gone))
    told = difference(note([*kept, *removed]), [*kept, *added])
    if told is not None:
        assert (told.new, told.gone) == (frozenset(added), frozenset(removed))


def test_sixty_changes_among_a_hundred_thousand_are_told():
    kept = [key_of(n) for n in range(100_000)]
    added = [key_of("new", n) for n in range(60)]
    told = difference(note(kept), [*kept, *added])
    assert told is not None
    assert told.new == frozenset(added)


def test_a_difference_too_large_is_noticed_never_misread():
    for count in (200, 1000, 50_000):
        assert difference(note([]), [key_of(n) for n in range(count)]) is None


def test_a_damaged_note_tells_nothing():
    keys = [key_of(n) for n in range(50)]
    broken = bytearray(note(keys))
    broken[700] ^= 255
    assert difference(bytes(broken), keys) is None
    assert difference(b"short", keys) is None
    assert len(broken) == SIZE


def test_the_note_does_not_depend_on_the_order():
    keys = [key_of(n) for n in range(50)]
    assert note(keys) == note(keys[::-1])

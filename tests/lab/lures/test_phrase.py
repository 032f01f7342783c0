"""The template language: choices, slots, and clear words about what cannot be read."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkeep.kit.trouble import OperatorError
from mailkeep.lab.lures.phrase import read_phrase, slots_of, ways_of, write_phrase


def say(source, lists=None, seed=1):
    read = {name: tuple(read_phrase(way, "test") for way in ways) for name, ways in (lists or {}).items()}
    return write_phrase(read_phrase(source, "test"), read, {"n": lambda rng: "7"}, random.Random(seed))


def test_every_way_of_a_choice_is_said_sooner_or_later():
    assert {say("[a|b [c|d]|]", seed=seed) for seed in range(60)} == {"a", "b c", "b d", ""}


def test_a_slot_is_filled_from_its_list_or_its_maker():
    assert say("{who} has {n}", {"who": ["Anna"]}) == "Anna has 7"


def test_ways_and_slots_are_counted():
    phrase = read_phrase("[a|b {x}] {y}", "test")
    assert slots_of(phrase) == {"x", "y"}
    assert ways_of(phrase, {"x": (read_phrase("1", "t"), read_phrase("2", "t"))}) == 3


@pytest.mark.parametrize("source", ["[a|b", "a]", "{n", "{}x{", "[a}b]"])
def test_a_bracket_without_partner_is_named(source):
    with pytest.raises(OperatorError, match="test"):
        read_phrase(source, "test")


def test_an_unknown_slot_and_a_circle_are_named():
    with pytest.raises(OperatorError, match="nobody"):
        say("{nobody}")
    with pytest.raises(OperatorError, match="without end"):
        say("{a}", {"a": ["{a}"]})


@given(st.text(alphabet="ab[]|{} n", max_size=30))
def test_any_template_is_read_or_refused(source):
    try:
        phrase = read_phrase(source, "test")
    except OperatorError:
        return
    assert isinstance(phrase, tuple)

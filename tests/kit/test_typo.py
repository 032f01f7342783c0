"""Slips of finger and eye."""

import pytest

from mailkeep.kit.typo import closeness, is_plain_variant


@pytest.mark.parametrize("slip", ["mircosoft", "microsft", "micorsoft", "microssoft", "microzoft"])
def test_one_slip_is_close(slip: str) -> None:
    assert closeness("microsoft", slip, 1) >= 0.82


@pytest.mark.parametrize(
    ("word", "other"), [("apple", "apples"), ("chase", "phase"), ("stripe", "strip"), ("delta", "celta")]
)
def test_another_honest_word_is_not_close(word: str, other: str) -> None:
    assert closeness(word, other, 1) < 0.82


def test_more_slips_than_allowed_are_nothing() -> None:
    assert closeness("microsoft", "mikrosofd", 1) == 0
    assert closeness("bankofamerica", "bnakofamerca", 2) > 0
    assert closeness("bankofamerica", "bnkfamerca", 2) == 0


def test_the_same_word_is_no_slip() -> None:
    assert closeness("same", "same", 2) == 0


def test_hyphens_alone_make_a_variant() -> None:
    assert is_plain_variant("pay-pal", "paypal")
    assert not is_plain_variant("paypa1", "paypal")

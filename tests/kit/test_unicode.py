"""What letters look like."""

import pytest

from mailkeep.kit.unicode import (
    invisible_count,
    scripts,
    skeleton,
    strip_invisible,
    whole_characters,
    words_split_invisibly,
)


@pytest.mark.parametrize(
    "forged",
    ["раураl", "ｐａｙｐａｌ", "𝗽𝗮𝘆𝗽𝗮𝗹", "PÄYPAL", "paypa1", "pay\u200bpal", "pаypаl", "ραyραl"],
)
def test_look_alikes_have_the_skeleton_of_what_they_imitate(forged: str) -> None:
    assert skeleton(forged) == skeleton("paypal")


def test_two_letters_pass_for_one() -> None:
    assert skeleton("rnicrosoft") == skeleton("microsoft")
    assert skeleton("vvells") == skeleton("wells")


def test_different_words_keep_different_skeletons() -> None:
    assert skeleton("mail") != skeleton("mall")
    assert skeleton("corp") != skeleton("crop")


def test_invisible_characters_are_counted_and_removed() -> None:
    text = "pay\u200b\u00adpal\ufeff"
    assert strip_invisible(text) == "paypal"
    assert invisible_count(text) == 3
    assert words_split_invisibly(text) == 1


def test_emoji_are_no_concealment() -> None:
    assert invisible_count("❤\ufe0f") == 0
    assert words_split_invisibly("می\u200cخواهم") == 0


def test_scripts_are_named() -> None:
    assert scripts("paypal") == {"Latin"}
    assert scripts("pаypal") == {"Latin", "Cyrillic"}
    assert scripts("2024") == frozenset()
    assert scripts("αβ") == {"Greek"}


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    assert whole_characters("a\ud800b") == "a\ufffdb"
    assert whole_characters("😀") == "😀"

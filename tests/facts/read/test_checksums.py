"""Numbers that carry their own proof."""

import pytest

from mailkeep.facts.read.checksums import card, iban, wallet


@pytest.mark.parametrize(
    "text",
    [
        "DE89 3704 0044 0532 0130 00",
        "gb82 west 1234 5698 7654 32",
        "NL91ABNA0417164300",
        "PL61109010140000071219812874",
    ],
)
def test_a_true_iban_is_normalised(text: str) -> None:
    assert iban(text) == "".join(text.split()).upper()


def test_a_wrong_digit_or_country_is_no_iban() -> None:
    assert iban("DE89 3704 0044 0532 0130 01") == ""
    assert iban("ZZ89 3704 0044 0532 0130 00") == ""
    assert iban("DE89 3704") == ""


def test_text_behind_the_number_is_cut() -> None:
    assert iban("DE89370400440532013000 BIC") == "DE89370400440532013000"


@pytest.mark.parametrize(
    "text",
    [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    ],
)
def test_a_true_wallet_is_known(text: str) -> None:
    assert wallet(text) == text


@pytest.mark.parametrize(
    "text",
    ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "1IIIIlllOOO000111222333444"],
)
def test_a_wrong_wallet_is_none(text: str) -> None:
    assert wallet(text) == ""


def test_a_card_number_needs_luhn() -> None:
    assert card("4111 1111 1111 1111") == ""  # a test number of one repeated digit tells nothing
    assert card("5500-0055 5555 5559") == ""
    assert card("4539 1488 0343 6467") == "4539148803436467"
    assert card("4539 1488 0343 6468") == ""

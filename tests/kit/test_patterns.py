"""Tables of patterns."""

import pytest

from mailkeep.kit.patterns import PatternTable


def test_hits_come_in_order_of_place_and_case_blind() -> None:
    table = PatternTable([("pay", r"wire.{0,20}transfer"), ("greet", "hello"), ("pay", "invoice")])
    text = "Hello, the INVOICE needs a Wire bank Transfer"
    found = table.find(text)
    assert [(hit, text[start:end]) for hit, start, end in found] == [
        ("greet", "Hello"),
        ("pay", "INVOICE"),
        ("pay", "Wire bank Transfer"),
    ]


def test_places_are_characters_in_any_script() -> None:
    table = PatternTable([("a", "überweisung"), ("b", "zahlen")])
    text = "€€ ÜBERWEISUNG \ud800 ß zahlen"
    assert [text[start:end] for _, start, end in table.find(text)] == ["ÜBERWEISUNG", "zahlen"]


def test_one_row_cannot_flood() -> None:
    assert len(PatternTable([("a", "x")]).find("x " * 10_000)) == 4


def test_ids_alone_need_one_pass() -> None:
    assert PatternTable([("a", "x+"), ("b", "y")]).ids("xx") == {"a"}


def test_an_empty_table_finds_nothing() -> None:
    assert PatternTable([]).find("anything") == []


def test_a_wrong_pattern_is_named() -> None:
    with pytest.raises(ValueError, match="'broken'"):
        PatternTable([("broken", "(")])

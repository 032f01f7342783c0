from random import Random

import pytest

from mailkeep.simulator.phrases import Phrasebook, book


def test_slots_are_filled_from_what_is_given_and_then_from_the_lists():
    said = Phrasebook({"greet": ["Hi {you} from {town}"], "town": ["[Ghent|Ghent]"]}).say(Random(1), "greet", you="Ada")
    assert said == "Hi Ada from Ghent"


def test_a_slot_that_is_nowhere_is_a_fault():
    with pytest.raises(KeyError):
        Phrasebook({"greet": ["Hi {you}"]}).say(Random(1), "greet")


def test_a_list_that_names_itself_ends():
    assert Phrasebook({"a": ["x{a}"]}).say(Random(1), "a").startswith("x")


def test_every_shipped_phrase_can_be_said():
    shipped, rng = book("words", "attacks"), Random(2)
    given = dict.fromkeys(
        [
            "you",
            "me",
            "third",
            "ref",
            "terms",
            "vendor",
            "amount",
            "iban",
            "link",
            "settings",
            "comment",
            "service",
            "paper",
            "company",
            "file",
            "first",
            "boss",
            "title",
            "sender",
            "bic",
            "address",
            "wallet",
            "dollars",
            "phone",
        ],
        "X",
    )
    for name in shipped._lists:
        for _ in range(12):
            said = shipped.say(rng, name, **given)
            assert said.strip()
            assert not set("{}[") & set(said.replace("[X]", ""))

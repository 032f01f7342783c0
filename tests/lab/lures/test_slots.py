"""What fills slots is well-formed, and every address is one nobody owns."""

import random
import re

import pytest

from mailkeep.lab.lures.slots import MAKERS


@pytest.mark.parametrize("name", ["domain", "email", "url"])
def test_made_addresses_are_under_names_reserved_for_examples(name):
    rng = random.Random(1)
    for _ in range(300):
        assert re.search(r"\.(example|test|example\.(com|net|org))(/|$)", MAKERS[name](rng))


@pytest.mark.parametrize("name", MAKERS)
def test_every_maker_says_something_and_repeats_with_its_seed(name):
    assert MAKERS[name](random.Random(3)) == MAKERS[name](random.Random(3)) != ""

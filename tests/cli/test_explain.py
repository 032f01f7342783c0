"""One page that says what, why, what is normal, what was done, and how to undo it."""

import json

import pytest


@pytest.fixture
def worst(attacked):
    return json.loads(attacked.call("verdicts", "--label", "malicious", "--limit", "1", "--json").stdout)


def test_the_page_holds_every_chapter(attacked, worst):
    done = attacked.call("explain", worst["id"])
    assert done.exit_code == 0
    for words in ("MALICIOUS", "Why", "What is normal here", "What was done", f"mailkeep restore {worst['id']}"):
        assert words in done.stdout
    for signal in worst["signals"]:
        assert signal["id"] in done.stdout


def test_the_first_letters_of_an_id_are_enough(attacked, worst):
    assert attacked.call("explain", worst["id"][:8]).exit_code == 0


def test_the_object_is_the_one_that_verdicts_prints(attacked, worst):
    assert json.loads(attacked.call("explain", worst["id"], "--json").stdout) == worst


def test_an_id_that_is_none_says_where_ids_are(attacked):
    done = attacked.call("explain", "zzzz-no-such")
    assert done.exit_code == 2
    assert "mailkeep verdicts" in done.stderr

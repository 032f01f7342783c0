"""A campaign is listed, pulled out of every mailbox, and brought back whole."""

import json

import pytest
from tests.reports import AT

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.cli.campaigns import tally


@pytest.fixture
def largest(company):
    found = [json.loads(line) for line in company.call("campaigns", "--json").stdout.splitlines()]
    return max(found, key=lambda each: each["mails"])


def quarantined(company):
    return len(list(company.mail.rglob("*Quarantine/cur/*")))


def test_campaigns_are_listed_with_their_size_and_subject(company, largest):
    assert largest["mails"] > 1
    line = next(line for line in company.call("campaigns").stdout.splitlines() if largest["id"] in line)
    assert largest["subject"] in line


def test_a_campaign_is_brought_back_and_pulled_again_in_the_exact_number(company, largest):
    before = quarantined(company)
    undone = json.loads(company.call("undo", largest["id"], "--json").stdout)
    pulled_out = before - quarantined(company)
    assert undone["done"] == pulled_out > 1
    assert undone["failed"] == 0
    back = json.loads(company.call("clawback", largest["id"][:8], "--json").stdout)
    assert back["verb"] == "clawback"
    assert back["done"] == back["asked"] >= pulled_out
    assert quarantined(company) >= before
    assert "clawback: 0 asked: nothing to do" in company.call("clawback", largest["id"]).stdout


def test_an_unknown_campaign_is_the_operators_mistake(attacked):
    for verb in ("clawback", "undo"):
        done = attacked.call(verb, "zzzz-no-such")
        assert done.exit_code == 2
        assert "mailkeep campaigns" in done.stderr


def test_a_deed_that_failed_needs_a_person(capsys):
    receipts = (Receipt(action="a", ended=Ended.DONE, at=AT), Receipt(action="b", ended=Ended.FAILED, at=AT, why="no"))
    assert tally(receipts, "clawback", as_json=False) == 1
    told = capsys.readouterr()
    assert "clawback: 2 asked: 1 done, 1 failed" in told.out
    assert "no" in told.err
    assert tally(receipts[:1], "undo", as_json=False) == 0

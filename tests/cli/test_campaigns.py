"""A campaign is listed, pulled out of every mailbox, and brought back whole."""

import asyncio
import json

import pytest
from tests.reports import AT

from mailkeep.act.nouns import Ended, Receipt
from mailkeep.cli.campaigns import outcome, tally
from mailkeep.cli.frame import account
from mailkeep.flow.clawback import Pulled, clawback
from mailkeep.wiring import open_house


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


def test_the_blast_list_tells_of_every_copy(company, largest):
    done = company.call("campaigns", largest["id"][:8], "--json")
    copies = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(copies) >= largest["mails"]
    assert {copy["clicked"]["type"] for copy in copies} == {"unknown"}
    assert all(isinstance(copy["read"], bool) for copy in copies)
    shown = company.call("campaigns", largest["id"])
    assert "clicked unknown" in shown.stdout
    assert f"{len(copies)} copies in" in shown.stderr


def test_a_large_claw_back_waits_for_somebody_else(company, largest):
    config = company.home / "mailkeep.toml"
    config.write_text(config.read_text().replace("[tenants.corp]", "[tenants.corp]\napprove_above = 1", 1))
    company.call("undo", largest["id"])
    before = quarantined(company)
    for _ in range(2):
        done = company.call("clawback", largest["id"], "--json")
        assert done.exit_code == 1
        assert json.loads(done.stdout)["waits_for"]["asked_by"] == account()
        assert f"mailkeep approve {largest['id']}" in done.stderr
    alone = company.call("approve", largest["id"])
    assert alone.exit_code == 2
    assert "somebody else" in alone.stderr
    assert quarantined(company) == before
    assert company.call("approve", "zzzz").exit_code == 2


def test_somebody_else_approves_and_it_is_pulled(company, largest):
    config = company.home / "mailkeep.toml"
    config.write_text(config.read_text().replace("[tenants.corp]", "[tenants.corp]\napprove_above = 1", 1))
    company.call("undo", largest["id"])
    with open_house(company.home) as house:
        waiting = asyncio.run(clawback(house, largest["id"], by="another account"))
    done = json.loads(company.call("approve", largest["id"], "--json").stdout)
    assert done["done"] == done["asked"] == waiting.waits_for.mails


def test_what_could_not_be_searched_yet_needs_a_person(capsys):
    pulled = Pulled(campaign="c1", receipts=(), unsearched=tuple(f"box {n}" for n in range(7)))
    assert outcome(pulled, as_json=False) == 1
    assert "7 mailboxes could not be searched yet (box 0, box 1, box 2, box 3, box 4 …)" in capsys.readouterr().err

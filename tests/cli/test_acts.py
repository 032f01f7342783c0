"""Deeds by hand: done, done before, and taken back to the exact former state."""

import json

import pytest

from mailkeep.decide.nouns import Act


def lying(company):
    """Every mail file by unique name, with its folder and flags."""
    files = [path for path in company.mail.rglob("*.store1*") if path.is_file()]
    return {path.name.partition(":")[0] + path.parts[len(company.mail.parts)]: path for path in files}


def moved(company, before):
    after = lying(company)
    assert set(after) == set(before)
    return {name: path for name, path in after.items() if path != before[name]}


@pytest.fixture
def honest(company):
    """Verdict ids of two clean mails."""
    found = [json.loads(line) for line in company.call("verdicts", "--all", "--json").stdout.splitlines()]
    return [each["id"] for each in found if each["label"] == "clean" and each["path"].startswith("INBOX")][:2]


@pytest.mark.parametrize(("act", "where"), [("quarantine", "Quarantine"), ("delete", "Trash")])
def test_a_mail_is_taken_away_and_brought_back_exactly(company, honest, act, where):
    before = lying(company)
    done = company.call(act, *honest)
    assert done.exit_code == 0
    assert done.stdout.count(f"{act}: done") == 2
    assert all(where in str(path) for path in moved(company, before).values())
    back = company.call("restore", *honest)
    assert back.stdout.count("restore: done") == 2
    assert moved(company, before) == {}


def test_a_flag_marks_where_it_lies_and_restore_takes_it_off(company, honest):
    before = lying(company)
    assert company.call("flag", honest[0]).exit_code == 0
    assert ["F" in path.name.partition(":2,")[2] for path in moved(company, before).values()] == [True]
    assert company.call("restore", honest[0]).exit_code == 0
    assert moved(company, before) == {}


def test_what_was_done_before_is_already_and_what_is_gone_is_gone(company, honest):
    company.call("quarantine", honest[0])
    assert "quarantine: already" in company.call("quarantine", honest[0]).stdout
    before = lying(company)
    company.call("delete", honest[1])
    trash = next(iter(moved(company, before).values()))
    company.call("restore", honest[1])
    lying(company)[trash.name.partition(":")[0] + trash.parts[len(company.mail.parts)]].unlink()
    done = company.call("delete", honest[1])
    assert done.exit_code == 0
    assert "delete: gone" in done.stdout


def test_a_receipt_is_an_object_a_line(company, honest):
    done = company.call(Act.FLAG, *honest, "--json")
    assert [json.loads(line)["ended"] for line in done.stdout.splitlines()] == ["done", "done"]


def test_an_unknown_id_is_named_and_nothing_is_done(company, honest):
    before = lying(company)
    done = company.call("quarantine", honest[0], "zzzz-no-such")
    assert done.exit_code == 2
    assert "zzzz-no-such: no verdict has this id" in done.stderr
    assert moved(company, before) == {}

"""Labelled mail in, recall with its interval out, and a list of what was got wrong."""

import json

import pytest
from tests import northwind
from tests.flow.company import letter, phish


@pytest.fixture
def labelled(tmp_path):
    for kind, make in (("phish", phish), ("ham", letter)):
        (tmp_path / kind).mkdir()
        for number in range(4):
            (tmp_path / kind / f"{number}.eml").write_bytes(make(number))
    return tmp_path


def evaluate(labelled, *words):
    return northwind.call(
        "evaluate", "--phish", labelled / "phish", "--ham", labelled / "ham", "--workers", 1,
        "--misses", labelled / "wrong.jsonl", *words,
    )  # fmt: skip


def test_recall_and_alarms_are_counted_with_their_n(labelled):
    done = evaluate(labelled, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["attacks"], found["honest"]) == (4, 4)
    assert found["as_labelled"]["recall"]["share"] == 1.0
    assert found["as_labelled"]["alarms"]["hits"] == 0
    assert [each["allowed"] for each in found["at"]] == [0.001, 0.01]


def test_the_page_names_rates_and_the_file_of_what_was_wrong(labelled):
    done = evaluate(labelled)
    assert "recall at 0.1% of all honest mail" in done.stdout
    assert "honest mail by source" in done.stdout
    assert str(labelled / "wrong.jsonl") in done.stderr
    assert (labelled / "wrong.jsonl").read_bytes() == b""


def test_several_values_may_follow_one_option(labelled):
    words = ["--ham", labelled / "ham" / "0.eml", labelled / "ham" / "1.eml", "--phish", labelled / "phish"]
    done = northwind.call("evaluate", *words, "--workers", 1, "--misses", labelled / "w", "--json")
    assert json.loads(done.stdout)["honest"] == 2


def test_no_mail_and_an_unwritable_list_are_the_operators_mistake(labelled):
    empty = labelled / "empty"
    empty.mkdir()
    done = northwind.call("evaluate", "--phish", empty, "--ham", labelled / "ham", "--workers", 1)
    assert done.exit_code == 2
    assert "no mail was found" in done.stderr
    done = evaluate(labelled, "--misses", labelled / "nowhere" / "wrong.jsonl")
    assert done.exit_code == 2
    assert "nowhere/wrong.jsonl" in done.stderr

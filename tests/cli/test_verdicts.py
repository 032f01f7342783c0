"""What was decided, newest first, narrowed as asked."""

import json

import pytest

from mailkeep.cli.verdicts import labels
from mailkeep.decide.nouns import Label
from mailkeep.kit.trouble import OperatorError


def objects(done):
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_is_not_clean_is_listed_and_all_is_everything(attacked):
    some, every = objects(attacked.call("verdicts", "--json")), objects(attacked.call("verdicts", "--all", "--json"))
    assert {each["label"] for each in some} <= {"malicious", "suspicious", "graymail"}
    assert len(every) > len(some) > 0
    assert len({each["id"] for each in every}) == len(every)


def test_a_line_names_sender_subject_deed_and_id(attacked):
    one = objects(attacked.call("verdicts", "--label", "malicious", "--limit", "1", "--json"))[0]
    line = attacked.call("verdicts", "--label", "malicious", "--limit", "1").stdout
    assert one["id"] in line
    assert "quarantine done" in line


def test_a_label_and_a_limit_narrow_the_list(attacked):
    found = objects(attacked.call("verdicts", "--label", "malicious", "--limit", "2", "--json"))
    assert [each["label"] for each in found] == ["malicious", "malicious"]


def test_since_keeps_to_what_was_decided_later(attacked):
    assert objects(attacked.call("verdicts", "--json", "--since", "2099-01-01")) == []


def test_nothing_to_list_says_what_to_do_next(attacked):
    assert "mailkeep scan" in attacked.call("verdicts", "--since", "2099-01-01").stderr


def test_an_unknown_label_is_refused_with_those_there_are():
    assert labels(["malicious"], every=False) == (Label.MALICIOUS,)
    assert labels(["malicious"], every=True) is None
    with pytest.raises(OperatorError, match="malicious, suspicious, graymail, clean"):
        labels(["evil"], every=False)

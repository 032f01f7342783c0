"""The whole story on a small stage, and what it leaves behind: nothing."""

import json

import pytest
from tests import northwind
from tests.reports import a_report

from mailkeep.cli.demo import AN_HOUR, Cast, Story, place, telling
from mailkeep.cli.venues import Files
from mailkeep.kit.trouble import OperatorError
from mailkeep.settings import read_settings
from mailkeep.simulator.tenant import set_stage
from mailkeep.wiring import clock_from


@pytest.fixture
def small():
    return ["demo", "--no-console", "--size", 5, "--seed", 3]


def test_the_story_ends_with_the_promised_object(small, tmp_path):
    done = northwind.call(*small, "--json", "--home", tmp_path)
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == ["attacks", "caught", "honest", "touched", "first_verdict_s"]
    assert found["attacks"] > 0
    assert 0 < found["caught"] <= found["attacks"]
    assert found["touched"] <= found["honest"]
    assert found["first_verdict_s"] < 60


@pytest.mark.parametrize("provider", ["m365", "google"])
def test_the_story_is_played_at_every_provider(tmp_path, provider):
    words = ["--provider", provider, "--no-console", "--json", "--size", 5, "--days", 4, "--seed", 3]
    done = northwind.call("demo", *words, "--home", tmp_path)
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["caught"] > found["attacks"] / 2
    assert found["touched"] == 0
    assert found["first_verdict_s"] < 60
    assert "Watching northwind." in done.stderr
    apps = read_settings(tmp_path).tenants["northwind"].apps
    assert {tier.value for tier in apps} == {"observe", "flag", "remediate"}


def test_what_the_administrator_granted_is_shown():
    done = northwind.call("demo", "--provider", "m365", "--no-console", "--size", 5, "--days", 1)
    assert done.exit_code == 0, done.stderr
    for words in ("tier observe: reads mail", "tier remediate: moves mail", "flag, observe, remediate: as needed"):
        assert words in done.stdout


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / "mine").touch()
    with pytest.raises(OperatorError, match="is not empty"), place(tmp_path):
        pass


def test_a_given_folder_stays_and_a_borrowed_one_goes(tmp_path):
    with place(tmp_path / "new") as given:
        assert given.is_dir()
    assert given.is_dir()
    with place(None) as borrowed:
        assert borrowed.is_dir()
    assert not borrowed.exists()


def test_a_provider_that_is_not_played_yet_is_said():
    done = northwind.call("demo", "--provider", "pigeon")
    assert done.exit_code == 2
    assert "files" in done.stderr


def test_a_company_too_small_for_the_story_is_refused():
    assert northwind.call("demo", "--size", 4).exit_code == 2


def test_a_verdict_is_shown_once_and_its_copies_as_a_line(tmp_path, capsys):
    story = Story(tmp_path, Files(tmp_path), Cast(seed=1, size=5), quiet=False)
    story.show(a_report())
    story.show(a_report(mailbox="ben@corp.example"))
    said = capsys.readouterr().out
    assert said.count("answers go to evil.test") == 1
    assert "the same mail in ben@corp.example: quarantine done" in said


def test_the_days_clock_stands_an_hour_before_its_first_mail():
    from random import Random

    stage = set_stage(Random(1), northwind.DAY, size=5, days=2, attacks=1)
    before = (stage.live[0].at - clock_from(stage.live[0].at - AN_HOUR)()).total_seconds()
    assert 3590 < before <= 3600
    assert telling("vendor-hijacked") < telling("anything else")

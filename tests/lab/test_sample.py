"""Labelled mail is judged by strangers' eyes, one record a mail, the same with one process or two."""

import pytest
from tests.flow.company import letter, phish

from mailkeep.connect.files import Unusable
from mailkeep.decide.judgement import Bench
from mailkeep.decide.policy import shipped_policy
from mailkeep.detect.weights import SHIPPED
from mailkeep.lab.sample import Sample, Task, judge_paths, lab_scene

TASK = Task(bench=Bench(weights=SHIPPED, policy=shipped_policy()))


@pytest.fixture
def mails(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(phish(number))
    (tmp_path / "honest.eml").write_bytes(letter(1))
    return tmp_path


def judged(path, *, attack=True, workers=1, task=TASK):
    return list(judge_paths(task, [str(path)], attack=attack, workers=workers))


def test_a_mail_is_one_record_with_its_label_source_and_reasons(mails):
    (found,) = judged(mails / "0.eml")
    assert (found.attack, found.source, found.year) == (True, "0.eml", 2026)
    assert found.label == "malicious"
    assert found.heard
    assert all(0 < each.strength <= 1 for each in found.heard)
    assert found.reasons[0].startswith(found.heard[0].detector)


def test_copies_of_one_campaign_share_a_key(mails):
    first, second = judged(mails / "0.eml")[0], judged(mails / "1.eml")[0]
    assert set(first.campaign) & set(second.campaign)


def test_two_processes_give_the_same_in_the_same_order(mails):
    assert judged(mails, workers=2) == judged(mails)


def test_a_path_that_is_no_mail_is_handed_on_as_a_sentence(mails):
    (mails / "notes.md").write_text("just words")
    kinds = [type(each) for each in judged(mails)]
    assert kinds.count(Unusable) == 1
    assert kinds.count(Sample) == 4


def test_recorded_authentication_can_be_left_out(mails):
    def heard(task):
        return {each.detector for each in judged(mails / "0.eml", task=task)[0].heard}

    without = Task(bench=TASK.bench, keep_authentication=False)
    assert "dmarc-failed" in heard(TASK)
    assert "dmarc-failed" not in heard(without)


def test_the_lab_has_learned_nothing():
    assert lab_scene(letter(1)).history.learned.mails == 0

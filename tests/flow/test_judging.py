from tests.flow.company import START, letter, phish

from mailkeep.decide.judgement import Bench
from mailkeep.decide.nouns import Label
from mailkeep.decide.policy import shipped_policy
from mailkeep.detect.weights import SHIPPED
from mailkeep.flow.judging import Judge
from mailkeep.people.directory import Mailbox
from mailkeep.profile.memory import Memory
from mailkeep.profile.shelf import DictShelf

ADA = Mailbox(id="ada", address="ada@corp.example")


def a_judge():
    return Judge(bench=Bench(weights=SHIPPED, policy=shipped_policy()), memory=Memory(DictShelf()))


def test_a_phish_is_called_malicious_and_a_letter_is_not():
    judge = a_judge()
    assert judge(phish(1))[1].verdict.label is Label.MALICIOUS
    assert judge(letter(1))[1].verdict.label is Label.CLEAN


def test_the_same_bytes_and_history_give_the_same_verdict():
    assert a_judge()(phish(1), START)[1] == a_judge()(phish(1), START)[1]


def test_bytes_that_are_no_mail_are_judged_all_the_same():
    for raw in (b"", b"\x00\xff" * 500, b"From: \r\n\r\n"):
        assert a_judge()(raw)[1].verdict.score < 0.9


def test_a_mail_is_learned_for_a_mailbox_and_for_nobody_else():
    judge = a_judge()
    scene, _ = judge(letter(1), START)
    assert judge.learn(scene) is False
    there = judge.standing_at(ADA)
    scene, _ = there(letter(1), START)
    assert there.learn(scene) is True
    assert there(letter(400))[0].history.sender.known


def test_what_an_attack_taught_is_taken_back_and_its_copies_teach_nothing():
    judge = a_judge().standing_at(ADA)
    scene, _ = judge(letter(1), START)
    judge.learn(scene)
    assert judge.forget(scene) is True
    assert judge.learn(scene) is False
    assert judge.learn(scene, pardon=True) is True


def test_the_vantage_knows_the_people_the_memory_learned():
    judge = a_judge().standing_at(ADA, sent_folder=True)
    assert judge.vantage.sent_folder
    assert judge.vantage.mailbox == ADA

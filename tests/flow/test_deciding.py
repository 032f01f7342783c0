from tests.flow.company import START, letter, phish

from mailkeep.connect.port import Ref
from mailkeep.decide.judgement import Bench
from mailkeep.decide.nouns import Act, Intent
from mailkeep.decide.policy import shipped_policy
from mailkeep.detect.weights import SHIPPED
from mailkeep.flow.deciding import MOST_TEXT, deeds_of, headline, wanted
from mailkeep.flow.judging import Judge
from mailkeep.profile.memory import Memory
from mailkeep.profile.shelf import DictShelf

REF = Ref(mailbox="ada", id="r1", folder="INBOX")


def judged(raw):
    judge = Judge(bench=Bench(weights=SHIPPED, policy=shipped_policy()), memory=Memory(DictShelf()))
    return judge, *judge(raw, START)


def test_a_headline_holds_who_when_and_what_about_and_no_word_of_the_body(post):
    post.post("ada", letter(3), at=START)
    _, scene, _ = judged(letter(3))
    head = headline(scene, post.mails["ada"][0])
    assert (head.sender, head.recipients) == ("cy@partner.example", ("ada@corp.example",))
    assert (head.subject, head.message_id) == ("Minutes of the meeting 3", "3.ada@partner.example")
    assert "as agreed" not in repr(head)


def test_an_endless_subject_is_cut(post):
    raw = b"From: a@b.example\r\nSubject: " + b"x" * 5000 + b"\r\n\r\n"
    post.post("ada", raw)
    _, scene, _ = judged(raw)
    assert len(headline(scene, post.mails["ada"][0]).subject) == MOST_TEXT


def test_nothing_is_touched_where_nothing_may_be(house):
    judge, scene, judgement = judged(phish(1))
    for dry in (False, True):
        (intent,) = wanted(house, judge, scene, judgement.verdict, dry=dry)
        assert (intent.act, intent.dry) == (Act.QUARANTINE, dry)


def test_the_same_intent_is_the_same_deed_and_a_dry_one_is_another():
    wet, dry = Intent(act=Act.FLAG, because="x"), Intent(act=Act.FLAG, because="x", dry=True)
    (first,), (again,), (other,) = (deeds_of([intent], REF, "v1", START) for intent in (wet, wet, dry))
    assert first == again
    assert first.id != other.id
    assert (first.by, first.verdict, other.dry) == ("policy", "v1", True)

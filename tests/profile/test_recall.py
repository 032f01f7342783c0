from mailkeep.profile.learn import Parties
from mailkeep.profile.recall import FRESH_S, MOST_IDS, Question
from mailkeep.profile.record import RECEIVED, SENT, Record

WHO = Parties("v@vendor.test", author_own=False, own=("alice@corp.example",), others=())


def question(letter):
    return Question(letter.message(), letter.facts(), WHO, "alice@corp.example")


def record(second, flags):
    kept = Record()
    kept.mark(second, flags)
    return kept


def test_a_party_is_a_stranger_until_its_first_mail_is_hours_old(letter):
    asked = question(letter(author="v@vendor.test", day=3))
    assert not asked.met(record(asked.second - FRESH_S + 60, RECEIVED))
    assert asked.met(record(asked.second - FRESH_S, RECEIVED))
    assert not asked.met(record(asked.second, RECEIVED))


def test_a_party_we_wrote_to_is_known_at_once(letter):
    asked = question(letter(author="v@vendor.test", day=3))
    assert asked.met(record(asked.second - 60, SENT))


def test_claimed_ids_are_bounded_and_keep_the_first_and_the_newest(letter):
    refs = tuple(f"id{number}" for number in range(500))
    asked = question(letter(author="v@vendor.test", refs=refs))
    assert len(asked.ids) == MOST_IDS
    assert asked.ids[0] == "id0"
    assert asked.ids[-1] == "id499"


def test_the_same_questions_are_asked_whatever_the_answers(letter):
    asked = question(letter(author="v@vendor.test", name="V V", links=("a.test",), reply_to="w@else.test"))
    assert ("sender", "w@else.test") in set(asked.records())
    assert ("link", "a.test") in set(asked.records())

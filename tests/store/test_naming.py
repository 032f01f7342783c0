from tests.store.kept import a_headline

from mailkeep.connect.port import Ref
from mailkeep.decide.nouns import Act
from mailkeep.store.naming import deed_id, short_id, twin_key, verdict_id


def test_ids_are_short_and_stay_the_same_for_ever():
    assert short_id("verdict", "corp") == "dauhbej22hqe5htw"
    assert short_id("a", "bc") != short_id("ab", "c")


def test_a_moved_mail_keeps_its_verdict_id():
    inbox, archive = Ref(mailbox="ada", id="7", folder="INBOX"), Ref(mailbox="ada", id="7", folder="Archive")
    assert verdict_id("corp", inbox) == verdict_id("corp", archive)
    assert verdict_id("corp", inbox) != verdict_id("other", inbox)


def test_the_same_deed_has_the_same_id_and_another_turn_another():
    assert deed_id("v", Act.FLAG, "policy") == deed_id("v", Act.FLAG, "policy")
    assert deed_id("v", Act.FLAG, "0") != deed_id("v", Act.FLAG, "1")


def test_a_borrowed_message_id_alone_makes_no_twin():
    honest = a_headline(sender="ann@partner.example", subject="Minutes")
    assert twin_key(honest) == twin_key(a_headline(sender="ann@partner.example", subject="Minutes", digest="e" * 64))
    assert twin_key(honest) != twin_key(a_headline(sender="thief@evil.test", subject="Minutes"))
    assert twin_key(a_headline(message_id="")) == ""

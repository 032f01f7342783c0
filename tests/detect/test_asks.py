"""The asks and links that detectors speak of."""

from tests.detect.plain import AT, HEAD, LONG_PAST, asking, facts, link, scene

from mailkeep.detect.asks import first_ask, links_away, new_links, quoted, serious_ask, web_links
from mailkeep.facts.read.words import Ask
from mailkeep.profile.history import History


def test_a_quote_is_one_line_and_short():
    long = Ask(kind="payment", quote="please\n  pay " + "now " * 60, place=HEAD)
    clause = quoted(long)
    assert clause.startswith('"please pay now')
    assert clause.endswith('…"')
    assert len(clause) <= 72


def test_haste_alone_is_no_serious_ask():
    assert serious_ask(scene(facts(words=asking("urgency", "unsubscribe")))) is None
    found = serious_ask(scene(facts(words=asking("urgency", "payment"))))
    assert found is not None
    assert found.kind == "payment"


def test_the_first_ask_of_the_wanted_kinds_is_given():
    asked = scene(facts(words=asking("invoice", "payment")))
    assert first_ask(asked, "payment").kind == "payment"
    assert first_ask(asked, "romance") is None


def test_remote_pictures_and_mail_addresses_are_no_links_to_follow():
    given = facts(links=(link(kind="image"), link(host="", scheme="mailto"), link()))
    assert [each.kind for each in web_links(scene(given))] == ["anchor"]


def test_links_home_do_not_lead_away():
    given = facts(links=(link(own=True), link(same_as_sender=True), link("quiet-gate.test")))
    assert [each.host for each in links_away(scene(given))] == ["quiet-gate.test"]


def test_no_link_is_new_while_the_past_is_too_short_to_tell():
    given = facts(links=(link("quiet-gate.test"), link("known.example")))
    known = frozenset({"known.example"})
    assert list(new_links(scene(given, History(at=AT, known_link_domains=known)))) == []
    told = History(at=AT, learned=LONG_PAST, known_link_domains=known)
    assert [each.host for each in new_links(scene(given, told))] == ["quiet-gate.test"]

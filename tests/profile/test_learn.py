from mailkeep.people.directory import Mailbox
from mailkeep.profile.learn import MOST_RECIPIENTS, Sight, lessons, parties
from mailkeep.profile.record import RECEIVED, REPLIED, SENT

ALICE = Mailbox(id="a", address="alice@corp.example")


def owns(address):
    return address.endswith("@corp.example")


def keys(letter, sent=False):
    return {lesson.key: lesson.flags for lesson in lessons(letter.message(), letter.facts(), Sight(ALICE, sent, owns))}


def test_a_mail_from_outside_touches_pair_sender_domain_name_links_and_subject(letter):
    taught = keys(letter(author="v@vendor.test", name="Vera Vendor", links=("x.other.test",)))
    assert taught["pair", "alice@corp.example v@vendor.test"] == RECEIVED
    assert {kind for kind, _ in taught} == {"pair", "sender", "domain", "name", "link", "subject", "total"}


def test_our_answer_marks_those_it_goes_to_as_answered(letter):
    taught = keys(letter(author="alice@corp.example", to=("v@vendor.test",), reply=True), sent=True)
    assert taught["pair", "alice@corp.example v@vendor.test"] == SENT | REPLIED
    assert taught["domain", "vendor.test"] == SENT | REPLIED


def test_a_mail_between_colleagues_teaches_both_sides(letter):
    taught = keys(letter(author="bob@corp.example"))
    assert taught["pair", "bob@corp.example alice@corp.example"] == SENT
    assert taught["pair", "alice@corp.example bob@corp.example"] == RECEIVED


def test_mail_sent_under_an_alias_counts_for_the_mailbox_it_lies_in(letter):
    taught = keys(letter(author="a.archer@corp.example", to=("v@vendor.test",)), sent=True)
    assert taught["pair", "alice@corp.example v@vendor.test"] == SENT


def test_a_mail_without_author_teaches_nothing(letter):
    assert not keys(letter(author=""))


def test_thousands_of_recipients_are_bounded(letter):
    mail = letter(author="v@vendor.test", to=tuple(f"p{number}@corp.example" for number in range(5000)))
    who = parties(mail.message(), mail.facts(), Sight(ALICE, sent=False, owns=owns))
    assert len(who.own) == MOST_RECIPIENTS + 1

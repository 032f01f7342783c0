from datetime import UTC, date, datetime
from itertools import islice
from random import Random

import pytest
from tests.corpus import archive

from mailkeep.mail import parse
from mailkeep.people.directory import Directory
from mailkeep.simulator.attacks import NEEDS_CONVERSATION, Target, lateral_phish, plays_on
from mailkeep.simulator.company import make_company
from mailkeep.simulator.letters import Letters
from mailkeep.simulator.organisation import organisation_from, organisation_of

RNG = Random(9)
COMPANY = make_company(RNG)
LETTERS = Letters(COMPANY, RNG)
MAILS = [parse(post.raw) for post in LETTERS.days(date(2026, 6, 1), 20)]


def test_a_made_up_company_has_conversations_with_its_suppliers():
    org = organisation_of(COMPANY, LETTERS.talks)
    domains = {vendor.domain for vendor in COMPANY.vendors}
    assert org.conversations
    for talk in org.conversations:
        assert talk.theirs.domain in domains
        assert talk.ours.domain == COMPANY.domain
        assert talk.refs


def test_real_mail_gives_members_with_their_habits_and_conversations():
    org = organisation_from(MAILS, COMPANY.directory())
    assert org.domain == COMPANY.domain
    by_address = {each.address: each for each in COMPANY.employees}
    for member in org.members:
        assert member.zone == by_address[member.address].zone
        assert member.name == by_address[member.address].name
    known = {mail.message_id for mail in MAILS}
    assert org.conversations
    assert all(known.intersection(talk.refs) for talk in org.conversations)
    assert all(talk.theirs.domain != COMPANY.domain for talk in org.conversations)


def test_with_mailboxes_only_their_owners_are_hit():
    two = [each.address for each in COMPANY.employees[4:8]]
    org = organisation_from(MAILS, COMPANY.directory(), mailboxes=two)
    assert {each.address for each in org.members} <= set(two)
    assert {talk.ours.address for talk in org.conversations} <= set(two)


@pytest.mark.corpus
def test_a_real_organisation_can_be_attacked_in_its_own_conversations():
    mails = [parse(raw) for _, raw in islice(archive("enron_org"), 4000)]
    org = organisation_from(
        mails, Directory(own_domains=frozenset({"enron.com"})), mailboxes=["phillip.allen@enron.com"]
    )
    assert [each.name for each in org.members] == ["Phillip Allen"]
    assert lateral_phish not in plays_on(org)
    known = {mail.message_id for mail in mails}
    for play in plays_on(org):
        post = play(Target(org, Random(1), datetime(2001, 9, 4, 15, tzinfo=UTC)))
        assert post.mailboxes == ("phillip.allen@enron.com",)
        if play in NEEDS_CONVERSATION:
            assert known.intersection(parse(post.raw).references)


def test_mail_of_nobody_known_is_refused_in_words():
    with pytest.raises(ValueError, match="own domains"):
        organisation_from(MAILS, Directory())
    with pytest.raises(ValueError, match="none of 0 mails"):
        organisation_from([], COMPANY.directory())

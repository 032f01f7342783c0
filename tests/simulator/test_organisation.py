from datetime import date
from random import Random

import pytest

from mailkeep.mail import parse
from mailkeep.people.directory import Directory
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


def test_mail_of_nobody_known_is_refused_in_words():
    with pytest.raises(ValueError, match="own domains"):
        organisation_from(MAILS, Directory())
    with pytest.raises(ValueError, match="none of 0 mails"):
        organisation_from([], COMPANY.directory())

from datetime import UTC, date, datetime
from random import Random

import msgspec
import pytest

from mailkeep.mail import parse
from mailkeep.simulator.attacks import PLAYS, Target, lookalike, plays_on, vendor_hijacked, vendor_lookalike
from mailkeep.simulator.company import make_company
from mailkeep.simulator.letters import Letters
from mailkeep.simulator.organisation import organisation_from, organisation_of

RNG = Random(11)
COMPANY = make_company(RNG)
LETTERS = Letters(COMPANY, RNG)
POSTS = list(LETTERS.days(date(2026, 6, 1), 20))
MADE_UP = organisation_of(COMPANY, LETTERS.talks)
READ = organisation_from([parse(post.raw) for post in POSTS], COMPANY.directory())
AT = datetime(2026, 6, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize("org", [MADE_UP, READ], ids=["made up", "read from mail"])
@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_every_attack_is_a_sound_mail_to_somebody_of_ours(play, org):
    for seed in range(5):
        post = play(Target(org, Random(seed), AT))
        mail = parse(post.raw)
        assert post.attack
        assert post.kind == play.__name__.replace("_", "-")
        assert mail.message_id == post.message_id
        assert set(post.mailboxes) <= {each.address for each in org.members}
        assert post.mailboxes
        assert not mail.defects
        assert post == play(Target(org, Random(seed), AT))


def test_a_supplier_is_imitated_inside_a_conversation_that_happened():
    mail = parse(vendor_lookalike(Target(MADE_UP, Random(1), AT)).raw)
    assert mail.author.domain not in {vendor.domain for vendor in COMPANY.vendors}
    assert {post.message_id for post in POSTS}.intersection(mail.references)
    assert mail.quotes


def test_a_taken_over_supplier_writes_from_his_own_address_and_proves_it():
    mail = parse(vendor_hijacked(Target(MADE_UP, Random(1), AT)).raw)
    assert mail.author.domain in {vendor.domain for vendor in COMPANY.vendors}
    assert ("dmarc", "pass") in [result[:2] for result in mail.auth_headers[0].results]


def test_without_conversations_the_attacks_that_need_them_are_left_out():
    bare = msgspec.structs.replace(MADE_UP, conversations=())
    assert set(PLAYS) - set(plays_on(bare)) == {vendor_lookalike, vendor_hijacked}


def test_a_lookalike_is_never_the_domain_itself():
    for seed in range(200):
        assert lookalike("tern-island.example", Random(seed)) != "tern-island.example"
    assert lookalike("qq.example", Random(1)) != "qq.example"

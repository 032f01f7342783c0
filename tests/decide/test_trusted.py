"""The operator's trust in a sender: a little, said aloud, and never for what a thief would send."""

import msgspec
from tests.detect.plain import FACTS, asking, facts, link, scene

from mailkeep.decide.policy import read_policy, shipped_policy_text
from mailkeep.decide.trusted import trusted_sender
from mailkeep.detect.scene import Family
from mailkeep.kit.known import Unknown


def policy(sender: str):
    text = f'{shipped_policy_text()}\n[[trusted_senders]]\nsender = "{sender}"\nweight = -0.5\nwhy = "our bureau"\n'
    return read_policy(text, "policy.toml")


def test_a_trusted_domain_lowers_the_weight_and_says_why():
    (signal,) = trusted_sender(scene(), policy("holm-timber.example"))
    assert signal.weight == -0.5
    assert signal.family is Family.TRUST
    assert "our bureau" in signal.evidence[0].says
    assert "policy.toml" in signal.evidence[0].says


def test_a_trusted_address_is_that_address_alone():
    assert trusted_sender(scene(), policy("erik@holm-timber.example"))
    assert not trusted_sender(scene(), policy("sven@holm-timber.example"))
    assert not trusted_sender(scene(), policy("timber.example"))


def test_trust_does_not_hold_for_mail_that_nobody_vouches_for():
    unknown = msgspec.structs.replace(FACTS.authentication, aligned=Unknown("no trusted header"))
    assert not trusted_sender(scene(facts(authentication=unknown)), policy("holm-timber.example"))


def test_trust_does_not_hold_for_new_bank_details_or_a_log_in_elsewhere():
    assert not trusted_sender(scene(facts(words=asking("bank-change"))), policy("holm-timber.example"))
    lure = facts(words=asking("credentials"), links=(link(),))
    assert not trusted_sender(scene(lure), policy("holm-timber.example"))

"""What the operator wrote, and what becomes of it."""

import pytest

from mailkeep.decide.nouns import Act, Label, Verdict, Versions
from mailkeep.decide.policy import Policy, PolicyError, plan, read_policy, shipped_policy, shipped_policy_text
from mailkeep.detect.scene import Attack
from mailkeep.facts.read.direction import Direction, Way
from mailkeep.people.directory import Mailbox

VERSIONS = Versions(mailkeep="0", weights="w", model="m", policy="p")


def verdict(label: Label, attack: Attack | None = None, score: float = 0.95) -> Verdict:
    return Verdict(label=label, attack=attack, score=score, log_odds=3.0, signals=(), versions=VERSIONS)


def acts(policy: Policy, found: Verdict, way: Way = Way.INCOMING, group: str = "") -> list[Act]:
    direction = Direction(
        way=way, from_outside=False, own_recipients=1, other_recipients=0, undisclosed=False, to_self=False
    )
    return [
        intent.act for intent in plan(found, direction, Mailbox(id="b", address="b@corp.example", group=group), policy)
    ]


def only(text: str) -> Policy:
    return read_policy(text, "policy.toml")


def test_the_shipped_policy_pulls_the_malicious_marks_the_suspicious_and_leaves_the_rest():
    policy = shipped_policy()
    assert acts(policy, verdict(Label.MALICIOUS)) == [Act.QUARANTINE]
    assert acts(policy, verdict(Label.MALICIOUS), Way.INTERNAL) == [Act.QUARANTINE]
    assert acts(policy, verdict(Label.MALICIOUS), Way.OUTGOING) == [Act.FLAG]
    assert acts(policy, verdict(Label.SUSPICIOUS)) == [Act.FLAG]
    assert acts(policy, verdict(Label.SUSPICIOUS, Attack.MALWARE)) == [Act.QUARANTINE]
    assert acts(policy, verdict(Label.GRAYMAIL)) == []
    assert acts(policy, verdict(Label.CLEAN)) == []


def test_the_first_rule_that_fits_decides():
    policy = only(
        '[[rule]]\nlabel="malicious"\ngroup="finance"\nact="delete"\n[[rule]]\nlabel="malicious"\nact="flag"\n'
    )
    assert acts(policy, verdict(Label.MALICIOUS), group="finance") == [Act.DELETE]
    assert acts(policy, verdict(Label.MALICIOUS), group="sales") == [Act.FLAG]


def test_a_rule_may_name_attacks_and_a_least_score():
    policy = only('[[rule]]\nlabel="malicious"\nattack=["bec"]\nscore=0.99\nact="delete"\n')
    assert acts(policy, verdict(Label.MALICIOUS, Attack.BEC, 0.995)) == [Act.DELETE]
    assert acts(policy, verdict(Label.MALICIOUS, Attack.BEC, 0.95)) == []
    assert acts(policy, verdict(Label.MALICIOUS, Attack.SCAM, 0.995)) == []


def test_an_intent_names_the_line_that_wanted_it_and_whether_it_is_dry():
    policy = only('dry_run = true\n\n[[rule]]\nlabel = "malicious"\nact = "quarantine"\n')
    direction = Direction(
        way=Way.INCOMING, from_outside=False, own_recipients=1, other_recipients=0, undisclosed=False, to_self=False
    )
    (intent,) = plan(verdict(Label.MALICIOUS, Attack.BEC), direction, Mailbox(id="b", address=""), policy)
    assert intent.dry
    assert intent.because == "malicious incoming bec → quarantine (policy.toml:3)"


def test_every_fault_is_told_with_its_line_and_the_remedy():
    text = (
        'dry_run = "yes"\ncolour = 1\n[[rule]]\nlabel = ["malicious", "evil"]\nact = "burn"\nscore = 3\n'
        '[[rule]]\ndirection = "sideways"\n[[trusted_senders]]\nsender = "vendor"\nweight = -5\n'
    )
    with pytest.raises(PolicyError) as caught:
        only(text)
    lines = str(caught.value).splitlines()
    told = {int(line.split(":")[1]): line for line in lines}
    assert "true or false" in told[1]
    assert "colour" in told[2]
    assert "'evil'" in told[4]
    assert "quarantine, delete, flag, nothing" in told[5]
    assert "score" in told[6]
    assert any("lacks label" in line for line in lines)
    assert "sideways" in told[8]
    assert "must be one address or domain" in told[10]
    assert "-1.0 to 0.0" in told[11]


@pytest.mark.parametrize(
    "text",
    [
        'allow_list = ["vendor.example"]\n',
        '[whitelist]\ndomains = ["vendor.example"]\n',
        '[[rule]]\nlabel = "malicious"\nact = "nothing"\nsender = "a@vendor.example"\n',
        '[[rule]]\nlabel = "malicious"\nact = "nothing"\nskip_scan = true\n',
        "scan = false\n",
    ],
)
def test_no_policy_can_keep_a_mail_from_being_scanned(text):
    with pytest.raises(PolicyError, match="taken-over mailbox writes from"):
        only(text)


def test_what_is_not_toml_is_told_with_its_line():
    with pytest.raises(PolicyError, match=r"policy\.toml:2: not valid TOML"):
        only("dry_run = true\n[[rule\n")


def test_a_policy_without_rules_is_refused():
    with pytest.raises(PolicyError, match="holds no"):
        only("dry_run = true\n")


def test_restore_is_no_act_of_policy():
    with pytest.raises(PolicyError, match="restore"):
        only('[[rule]]\nlabel = "clean"\nact = "restore"\n')


def test_trust_never_takes_more_than_its_bound():
    text = shipped_policy_text() + '\n[[trusted_senders]]\nsender = "Billing@Vendor.example"\nwhy = "contract"\n'
    (trusted,) = only(text).trusted_senders
    assert trusted.sender == "billing@vendor.example"
    assert trusted.weight == -1.0


def test_another_text_is_another_policy():
    assert shipped_policy().digest != only(shipped_policy_text() + "\n").digest

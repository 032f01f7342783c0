"""From signals to a verdict."""

import pytest

from mailkeep.decide.nouns import Label, Versions
from mailkeep.decide.verdict import capped_sum, judge, likeliest_attack, probability
from mailkeep.detect.scene import Attack, Evidence, Family, Signal
from mailkeep.detect.weights import SHIPPED, Calibration
from mailkeep.mail import Place

VERSIONS = Versions(mailkeep="0", weights="w", model="m", policy="p")


def signal(name: str, weight: float, family: Family = Family.CONTENT, attack: Attack | None = None) -> Signal:
    return Signal(id=name, family=family, weight=weight, evidence=(Evidence(Place("header"), "x"),), attack=attack)


def verdict(*signals: Signal, calibration: Calibration = SHIPPED.calibration):
    return judge(signals, calibration, VERSIONS)


def test_a_mail_without_signals_is_clean():
    found = verdict()
    assert found.label is Label.CLEAN
    assert found.attack is None
    assert found.score < 0.05
    assert found.versions is VERSIONS


def test_one_family_cannot_decide_more_than_its_cap():
    many = [signal(f"s{n}", 2.0, Family.CONCEALMENT) for n in range(20)]
    assert capped_sum(many, Calibration(families={"concealment": 3.0})) == 3.0


def test_trust_is_bounded_and_cannot_silence_an_attack():
    attack = [
        signal("a", 4.0, Family.BEHAVIOUR, Attack.INVOICE_FRAUD),
        signal("b", 4.0, Family.CONTENT, Attack.INVOICE_FRAUD),
        signal("c", 4.0, Family.IMPERSONATION, Attack.INVOICE_FRAUD),
    ]
    trust = [signal(f"t{n}", -5.0, Family.TRUST) for n in range(10)]
    assert verdict(*attack, *trust).label is Label.MALICIOUS


def test_signals_are_ranked_and_signs_of_trust_come_last():
    found = verdict(signal("t", -1.0, Family.TRUST), signal("b", 1.0), signal("a", 1.0), signal("c", 2.0))
    assert [each.id for each in found.signals] == ["c", "a", "b", "t"]


def test_the_attack_is_what_most_weight_speaks_for():
    votes = [
        signal("a", 2.0, attack=Attack.MALWARE),
        signal("b", 1.5, attack=Attack.BEC),
        signal("c", 1.5, attack=Attack.BEC),
        signal("t", -9.0, attack=Attack.SCAM),
    ]
    assert likeliest_attack(votes) is Attack.BEC
    assert likeliest_attack([signal("x", 1.0)]) is None


@pytest.mark.parametrize(("weight", "label"), [(3.9, Label.CLEAN), (4.1, Label.SUSPICIOUS), (6.5, Label.MALICIOUS)])
def test_labels_follow_the_probability(weight, label):
    plain = Calibration(prior=-4.0, malicious=0.9, suspicious=0.5)
    assert verdict(signal("a", weight, attack=Attack.BEC), calibration=plain).label is label


def test_unwanted_bulk_below_danger_is_graymail():
    found = verdict(signal("a", 0.5, Family.FORM, Attack.SPAM))
    assert found.label is Label.GRAYMAIL
    assert found.attack is Attack.SPAM


def test_more_evidence_is_never_less_danger():
    scores = [verdict(signal("a", weight)).score for weight in range(8)]
    assert scores == sorted(scores)


def test_no_sum_is_too_great_for_a_probability():
    plain = Calibration()
    assert probability(1e9, plain) == pytest.approx(1.0)
    assert probability(-1e9, plain) == pytest.approx(0.0)

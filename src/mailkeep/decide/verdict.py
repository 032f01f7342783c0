"""Signals become a verdict: capped sums, a calibrated probability, a label, the kind of attack."""

import math
from collections import defaultdict
from collections.abc import Iterable

from mailkeep.decide.nouns import Label, Verdict, Versions
from mailkeep.detect.scene import Attack, Family, Signal
from mailkeep.detect.weights import Calibration


def judge(signals: Iterable[Signal], calibration: Calibration, versions: Versions) -> Verdict:
    """The verdict that these signals add up to.

    Takes: signals in any order; the calibration their weights were fitted with.
    Gives: signals ranked by weight, signs of trust last.
    Raises: nothing.
    """
    ranked = tuple(sorted(signals, key=lambda signal: (-signal.weight, signal.id)))
    total = calibration.prior + capped_sum(ranked, calibration)
    score = probability(total, calibration)
    label = label_for(score, ranked, calibration)
    return Verdict(
        label=label,
        attack=None if label is Label.CLEAN else likeliest_attack(ranked),
        score=score,
        log_odds=total,
        signals=ranked,
        versions=versions,
    )


def capped_sum(signals: Iterable[Signal], calibration: Calibration) -> float:
    """The sum of all weights after no family added, or took away, more than its cap."""
    by_family: dict[Family, float] = defaultdict(float)
    for signal in signals:
        by_family[signal.family] += signal.weight
    return sum(_within(total, calibration.families.get(family)) for family, total in by_family.items())


def _within(total: float, cap: float | None) -> float:
    return total if cap is None else max(-cap, min(cap, total))


def probability(log_odds: float, calibration: Calibration) -> float:
    """Platt's probability of this sum, 0..1."""
    exponent = calibration.a * log_odds + calibration.b
    # exp overflows a float beyond 709; from 60 on the answer is 0 or 1 to every digit anyway
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, exponent))))


def label_for(score: float, signals: Iterable[Signal], calibration: Calibration) -> Label:
    """What a mail of this score is called; below danger, unwanted bulk is graymail."""
    if score >= calibration.malicious:
        return Label.MALICIOUS
    if score >= calibration.suspicious:
        return Label.SUSPICIOUS
    if any(signal.attack is Attack.SPAM for signal in signals):
        return Label.GRAYMAIL
    return Label.CLEAN


def likeliest_attack(signals: Iterable[Signal]) -> Attack | None:
    """The attack with most weight behind it; of two equal ones the first signal's. None when no signal names one."""
    votes: dict[Attack, float] = {}
    for signal in signals:
        if signal.attack is not None and signal.weight > 0:
            votes[signal.attack] = votes.get(signal.attack, 0.0) + signal.weight
    return max(votes, key=votes.__getitem__, default=None)

"""What fitted weights are worth is measured on campaigns they never saw."""

import pytest

from mailkeep.decide.verdict import probability
from mailkeep.detect.run import detectors
from mailkeep.detect.scene import Family
from mailkeep.detect.weights import SHIPPED
from mailkeep.kit.trouble import OperatorError
from mailkeep.lab.calibrate import Fitted
from mailkeep.lab.crossing import crossed, rescored
from mailkeep.lab.sample import Heard, Sample


def sample(path, *, attack, heard=(), campaign=()):
    return Sample(
        path=path, source="s", attack=attack, score=0.5, label="clean", campaign=tuple(campaign), language="en",
        heard=tuple(Heard(name, strength) for name, strength in heard), year=2026, named=None, reasons=(),
    )  # fmt: skip


def fitted(prior=-4.0, **weights):
    return Fitted(weights={name.replace("_", "-"): weight for name, weight in weights.items()}, prior=prior, votes={})


def test_a_score_is_the_prior_and_what_was_heard_at_its_strength():
    (scored,) = rescored([sample("a", attack=True, heard=[("bare-ip-link", 0.5)])], fitted(bare_ip_link=2.0), SHIPPED)
    assert scored.score == probability(-4.0 + 1.0, SHIPPED.calibration)


def test_a_family_adds_no_more_than_its_cap():
    links = [each.id for each in detectors() if each.family is Family.LINKS]
    cap = SHIPPED.calibration.families[Family.LINKS.value]
    table = Fitted(weights=dict.fromkeys(links, 5.0), prior=-4.0, votes={})
    (scored,) = rescored([sample("a", attack=True, heard=[(name, 1.0) for name in links])], table, SHIPPED)
    assert scored.score == probability(-4.0 + cap, SHIPPED.calibration)


def test_a_detector_that_is_no_more_adds_nothing():
    (scored,) = rescored([sample("a", attack=False, heard=[("long-gone", 1.0)])], fitted(), SHIPPED)
    assert scored.score == probability(-4.0, SHIPPED.calibration)


def test_before_and_after_are_told_for_every_share():
    attacks = [sample(f"a{n}", attack=True, heard=[("bare-ip-link", 1.0)], campaign=[f"c{n}"]) for n in range(20)]
    honest = [sample(f"h{n}", attack=False) for n in range(20)]
    lines = list(crossed([*attacks, *honest], SHIPPED))
    assert lines[0].startswith("before: recall at 0.1%")
    assert lines[-1].startswith("fitted, on unseen campaigns: recall at 1.0%: 100.00% (n=20")


def test_too_little_is_said_before_anything_is_fitted():
    with pytest.raises(OperatorError, match="too few"):
        list(crossed([sample("a", attack=True), sample("h", attack=False)], SHIPPED))

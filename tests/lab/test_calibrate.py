"""Weights follow the mail as far as it gives reason to, and no further."""

from mailkeep.detect.run import detectors
from mailkeep.detect.scene import Family
from mailkeep.detect.weights import SHIPPED, read_weights
from mailkeep.lab.calibrate import LEAST_SHARE, MOST_SHARE, fit, folds, table
from mailkeep.lab.sample import Heard, Sample


def sample(path, *, attack, heard=(), campaign=()):
    return Sample(
        path=path,
        source="s",
        attack=attack,
        score=0.5,
        label="clean",
        heard=tuple(Heard(name, 1.0) for name in heard),
        campaign=tuple(campaign),
        language="en",
        year=2026,
        named=None,
        reasons=(),
    )


def of_sign(positive):
    return [each.id for each in detectors() if (SHIPPED.of(each) > 0) == positive and SHIPPED.of(each) != 0]


def test_a_detector_of_attacks_gains_and_one_of_honest_mail_sinks():
    good, bad = of_sign(positive=True)[:2]
    attacks = [sample(f"a{n}", attack=True, heard=[good, bad] if n % 2 else [good]) for n in range(200)]
    honest = [sample(f"h{n}", attack=False, heard=[bad] if n % 2 else []) for n in range(200)]
    fitted = fit([*attacks, *honest], SHIPPED)
    assert fitted.weights[good] > fitted.weights[bad]
    assert fitted.weights[bad] >= 0.0


def test_signs_never_turn():
    trust = of_sign(positive=False)[0]
    samples = [sample(f"a{n}", attack=True, heard=[trust]) for n in range(100)]
    samples += [sample(f"h{n}", attack=False) for n in range(100)]
    assert fit(samples, SHIPPED).weights[trust] < 0.0


def test_a_weight_stays_within_reach_of_its_authors_and_form_never_rises():
    hand = {each.id: each.weight for each in detectors()}
    form = next(each.id for each in detectors() if each.family is Family.FORM)
    good = of_sign(positive=True)[0]
    samples = [sample(f"a{n}", attack=True, heard=[good, form]) for n in range(400)]
    samples += [sample(f"h{n}", attack=False) for n in range(400)]
    weights = fit(samples, SHIPPED).weights
    assert hand[good] * LEAST_SHARE <= weights[good] <= hand[good] * MOST_SHARE
    assert weights[form] <= hand[form]


def test_a_campaign_is_never_cut_in_two():
    samples = [sample(f"a{n}", attack=True, campaign=[f"key{n % 7}"]) for n in range(70)]
    homes = {}
    for number, part in enumerate(folds(samples, 5)):
        for each in part:
            homes.setdefault(each.campaign, set()).add(number)
    assert all(len(found) == 1 for found in homes.values())


def test_the_table_is_one_that_can_be_read():
    name = of_sign(positive=True)[0]
    samples = [sample("a", attack=True, heard=[name]), sample("h", attack=False)]
    fitted = fit(samples, SHIPPED)
    read = read_weights(table(fitted, SHIPPED, dated="2026-11-22"), "table")
    assert read.detectors[name] == fitted.weights[name]
    assert read.calibration.prior == fitted.prior
    assert read.calibration.families == SHIPPED.calibration.families

"""What fitted weights are worth on mail they were not fitted to."""

from collections.abc import Iterator, Sequence

import msgspec

from mailkeep.decide.verdict import capped_sum, probability
from mailkeep.detect.run import detectors
from mailkeep.detect.scene import Signal
from mailkeep.detect.weights import Weights
from mailkeep.kit.trouble import OperatorError
from mailkeep.lab.calibrate import Fitted, fit, folds
from mailkeep.lab.evaluate import evaluate
from mailkeep.lab.sample import Sample

PARTS = 5


def crossed(samples: Sequence[Sample], start: Weights) -> Iterator[str]:
    """Lines comparing the start table with tables fitted on four fifths and measured on the fifth, five times over.

    Raises: OperatorError when some four fifths hold no attack or no honest mail.
    """
    cut = folds(samples, PARTS)
    rests = [[sample for part in cut if part is not held for sample in part] for held in cut]
    if any(len({sample.attack for sample in rest}) < 2 for rest in rests):
        raise OperatorError(
            "calibrate: too few different attacks or honest mails to fit to. Give hundreds of each; copies of one "
            "campaign count once."
        )
    yield from _lines("before", samples)
    unseen: list[Sample] = []
    for held, rest in zip(cut, rests, strict=True):
        unseen += rescored(held, fit(rest, start), start)
    yield from _lines("fitted, on unseen campaigns", unseen)


def rescored(samples: Sequence[Sample], fitted: Fitted, start: Weights) -> list[Sample]:
    """The same mails with the scores that a fitted table gives them."""
    weights = {each.id: fitted.weights.get(each.id, each.weight) for each in detectors()}
    families = {each.id: each.family for each in detectors()}
    scored = []
    for sample in samples:
        signals = [
            Signal(id=name, family=families[name], weight=weights[name] * strength, evidence=())
            for name, strength in ((heard.detector, heard.strength) for heard in sample.heard)
            if name in weights
        ]
        total = fitted.prior + capped_sum(signals, start.calibration)
        scored.append(msgspec.structs.replace(sample, score=probability(total, start.calibration)))
    return scored


def _lines(title: str, samples: Sequence[Sample]) -> Iterator[str]:
    result = evaluate(samples)
    for each in (*result.at, *result.at_modern):
        yield f"{title}: recall at {each.allowed:.1%}: {each.recall}"

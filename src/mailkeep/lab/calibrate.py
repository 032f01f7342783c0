"""Fits the few dozen weights of the table to judged labelled mail, never far from what the detectors' authors wrote.

A detector's weight is pulled from its hand weight only as far as the mail gives reason to: a penalised logistic regression
whose prior mean is the hand weight. Signs stay: what speaks against a mail never turns into trust. Family caps hold during
the fit. Each campaign has one vote, each honest source at most as many as `SOURCE_VOTES`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mailkeep.detect.run import detectors
from mailkeep.detect.scene import Detector, Family
from mailkeep.detect.weights import Calibration, Weights
from mailkeep.lab.evaluate import campaign_votes
from mailkeep.lab.sample import Sample

Vector = NDArray[np.float64]

SOURCE_VOTES = 800.0
"""A large source of honest mail weighs as much as this many mails: engineers' lists must not outvote offices."""
BASE_RATE = 0.05
"""Share of attacks and unwanted lures assumed among the mail that reaches a mailbox; sets the prior, not the ranking."""
LOOSENESS = 1.2
"""How far, in log-odds, a weight may stray from its author's before it must be paid for."""
LEAST_SHARE, MOST_SHARE = 0.25, 2.5
"""A weight stays within these multiples of its author's: public mail is not the mail of an organisation."""
HELD_DOWN = frozenset({Family.FORM})
"""Families that may sink but not rise: public sets differ in the form of their mail by the way they were collected."""
MOST = 6.0


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a fit."""

    weights: dict[str, float]
    prior: float
    votes: dict[str, float]
    """Detector → weighted number of mails it spoke in: how much stands behind its weight."""


def fit(samples: Sequence[Sample], start: Weights) -> Fitted:
    """Weights and prior that explain these labels best.

    Takes: attacks and honest mail; the table whose family caps hold during the fit. A fit always begins at the detectors'
    own hand weights, never at an earlier fit. Costs: seconds.
    """
    known = {each.id: each for each in detectors()}
    heard = Counter(h.detector for s in samples for h in s.heard if h.detector in known)
    chosen = [known[name] for name in sorted(heard)]
    matrix, labels, votes = _arrays(samples, chosen)
    hand = np.array([each.weight for each in chosen])
    held_down = [each.family in HELD_DOWN for each in chosen]
    problem = _Problem(matrix, labels, votes, hand, _families(chosen), start.calibration, held_down)
    found = _minimise(problem, start.calibration.prior)
    return Fitted(
        weights={each.id: round(float(value), 3) for each, value in zip(chosen, found[:-1], strict=True)},
        prior=round(float(found[-1]), 3),
        votes={each.id: round(float(votes @ (matrix[:, at] > 0)), 1) for at, each in enumerate(chosen)},
    )


def _arrays(samples: Sequence[Sample], chosen: Sequence[Detector]) -> tuple[Vector, Vector, Vector]:
    column = {each.id: at for at, each in enumerate(chosen)}
    matrix = np.zeros((len(samples), len(chosen)))
    for row, sample in enumerate(samples):
        for heard in sample.heard:
            if heard.detector in column:
                matrix[row, column[heard.detector]] = heard.strength
    labels = np.array([float(s.attack) for s in samples])
    return matrix, labels, _votes(samples)


def _votes(samples: Sequence[Sample]) -> Vector:
    """One vote a campaign; sources of honest mail levelled."""
    campaigns = campaign_votes(s for s in samples if s.attack)
    sizes = Counter(s.source for s in samples if not s.attack)
    return np.array([campaigns[s.path] if s.attack else min(1.0, SOURCE_VOTES / sizes[s.source]) for s in samples])


class _Problem(msgspec.Struct, frozen=True):
    matrix: Vector
    labels: Vector
    votes: Vector
    hand: Vector
    families: Mapping[str, NDArray[np.intp]]
    calibration: Calibration
    held_down: Sequence[bool]

    def cost(self, values: Vector) -> tuple[float, Vector]:
        """Penalised negative log-likelihood and its gradient; the last value is the prior."""
        weights, prior = values[:-1], values[-1]
        total, open_ = self._capped(weights)
        exponent = np.clip(total + prior, -60, 60)
        chance = 1 / (1 + np.exp(-exponent))
        likelihood = self.votes @ (np.logaddexp(0, exponent) - self.labels * exponent)
        off = (weights - self.hand) / LOOSENESS
        slope = self.votes * (chance - self.labels)
        gradient = np.append((self.matrix * open_).T @ slope + off / LOOSENESS, slope.sum())
        return float(likelihood + 0.5 * (off @ off)), gradient

    def _capped(self, weights: Vector) -> tuple[Vector, Vector]:
        """The sum over families within their caps, and a mask of the terms that still move it."""
        total = np.zeros(len(self.matrix))
        open_ = np.ones_like(self.matrix)
        for family, columns in self.families.items():
            part = self.matrix[:, columns] @ weights[columns]
            cap = self.calibration.families.get(family, np.inf)
            total += np.clip(part, -cap, cap)
            open_[np.ix_(np.abs(part) > cap, columns)] = 0.0
        return total, open_


def _families(chosen: Sequence[Detector]) -> dict[str, NDArray[np.intp]]:
    names = [each.family.value for each in chosen]
    return {name: np.array([at for at, n in enumerate(names) if n == name], dtype=np.intp) for name in set(names)}


def _minimise(problem: _Problem, prior: float) -> Vector:
    bounds = [_bounds(hand, held) for hand, held in zip(problem.hand, problem.held_down, strict=True)]
    start = np.append(problem.hand, prior)
    found = minimize(
        problem.cost, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (-12.0, 4.0)], options={"maxiter": 400}
    )
    values: Vector = found.x
    # the sample holds far more attacks than an organisation's mail does: shift the prior to the base rate
    sampled = float(problem.votes @ problem.labels) / float(problem.votes.sum())
    values[-1] += np.log(BASE_RATE / (1 - BASE_RATE)) - np.log(sampled / (1 - sampled))
    return values


def _bounds(hand: float, held_down: bool) -> tuple[float, float]:  # noqa: FBT001 - a row of the problem
    most = hand if held_down else max(-MOST, min(MOST, hand * MOST_SHARE))
    least = hand * LEAST_SHARE
    return min(least, most), max(least, most)


def folds(samples: Sequence[Sample], parts: int) -> list[list[Sample]]:
    """The mails in so many parts, no campaign in two of them; honest mail by path."""
    roots = _campaign_roots(samples)
    cut: list[list[Sample]] = [[] for _ in range(parts)]
    for sample in samples:
        cut[roots[sample.path] % parts].append(sample)
    return cut


def _campaign_roots(samples: Sequence[Sample]) -> dict[str, int]:
    """Path → a number that mails of one campaign share."""
    first: dict[str, str] = {}
    roots: dict[str, int] = {}
    for sample in samples:
        names = [first[key] for key in sample.campaign if key in first] if sample.attack else []
        name = names[0] if names else sample.path
        for key in sample.campaign if sample.attack else ():
            first.setdefault(key, name)
        roots[sample.path] = _number(name)
    return roots


def _number(name: str) -> int:
    """A stable number for a name; hash() differs from run to run."""
    return int.from_bytes(name.encode()[-64:], "big") % 1_000_003


def table(fitted: Fitted, start: Weights, *, dated: str) -> str:
    """The weight file's text: fitted weights, then the caps, calibration and labels they were fitted with."""
    calibration = start.calibration
    lines = [
        "# What each detector adds, and how a sum becomes a probability.",
        "#",
        f"# {dated}, fitted by `mailkeep lab calibrate`; the mails behind each weight stand beside it.",
        "# `[weights]`     detector id = natural log-odds at full strength; one not named keeps the weight of its file",
        "# `[families]`    the most that detectors which see the same thing may add together; for trust: may take away",
        "# `[calibration]` probability = 1 / (1 + exp(-(a * (prior + sum) + b)))",
        "# `[labels]`      probability from which a mail is called so",
        "",
        "[weights]",
        *(f"{name} = {value}  # {fitted.votes[name]:g}" for name, value in sorted(fitted.weights.items())),
        "",
        "[families]",
        *(f"{name} = {value}" for name, value in calibration.families.items()),
        "",
        "[calibration]",
        f"prior = {fitted.prior}",
        f"a = {calibration.a}",
        f"b = {calibration.b}",
        "",
        "[labels]",
        f"malicious = {calibration.malicious}",
        f"suspicious = {calibration.suspicious}",
    ]
    return "\n".join(lines) + "\n"

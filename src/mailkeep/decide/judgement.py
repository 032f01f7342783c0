"""One scene judged: every detector, the operator's trust, one verdict."""

import msgspec

from mailkeep import __version__
from mailkeep.decide.nouns import Verdict, Versions
from mailkeep.decide.policy import Policy
from mailkeep.decide.trusted import trusted_sender
from mailkeep.decide.verdict import judge
from mailkeep.detect.language.model import DIGEST as MODEL_DIGEST
from mailkeep.detect.run import Fault, weigh
from mailkeep.detect.scene import Scene
from mailkeep.detect.weights import Weights


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict, and the detectors that broke on the way to it."""

    verdict: Verdict
    faults: tuple[Fault, ...] = ()


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """The judges' bench: what opinions weigh and what the operator ordered. The same bench gives the same verdicts."""

    weights: Weights
    policy: Policy

    @property
    def versions(self) -> Versions:
        """What a verdict of this bench says it was judged with."""
        return Versions(
            mailkeep=__version__, weights=self.weights.digest, model=MODEL_DIGEST, policy=self.policy.digest
        )

    def judge(self, scene: Scene) -> Judgement:
        """The judgement of one scene. Raises: nothing."""
        signals, faults = weigh(scene, self.weights)
        verdict = judge((*signals, *trusted_sender(scene, self.policy)), self.weights.calibration, self.versions)
        return Judgement(verdict=verdict, faults=faults)

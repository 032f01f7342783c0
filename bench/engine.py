"""The whole engine on one mail, as a judge without a tenant sees it."""

from mailkeep.decide.judgement import Bench, Judgement
from mailkeep.decide.policy import shipped_policy
from mailkeep.detect.weights import SHIPPED
from mailkeep.flow.judging import Judge
from mailkeep.profile.memory import Memory
from mailkeep.profile.shelf import DictShelf

_JUDGE = Judge(bench=Bench(weights=SHIPPED, policy=shipped_policy()), memory=Memory(DictShelf()))


class DetectorBroke(Exception):
    """A detector raised; the engine carried on, the fuzzer must not."""


def judged(raw: bytes) -> Judgement:
    """The judgement of these bytes. Raises: DetectorBroke, and whatever the engine should not have let out."""
    _, judgement = _JUDGE(raw)
    if judgement.faults:
        raise DetectorBroke("; ".join(str(fault) for fault in judgement.faults))
    return judgement

"""Detector: the words press the reader to ring a number about a charge."""

from collections.abc import Iterator

from mailkeep.detect.language.opinion import opinion
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LANGUAGE, weight=1.5, attack=Attack.CALLBACK)
def words_of_a_call_back_lure(scene: Scene) -> Iterator[Evidence]:
    """The words press the reader to ring a number about a charge.

    Why:       a bill nobody ordered with a number to cancel it takes the attack to the telephone, past every link
               check.
    Innocent:  real receipts that name a service line, which seldom press.
    Misses:    bills in an attached PDF or picture.
    Source:    own model (`mailkeep lab train`); ATT&CK T1566.004.
    """
    yield from opinion(scene, "callback", "a call-back bill")

"""Detector: the words read like unasked-for selling."""

from collections.abc import Iterator

from mailkeep.detect.language.opinion import opinion
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LANGUAGE, weight=1.0, attack=Attack.SPAM)
def words_of_spam(scene: Scene) -> Iterator[Evidence]:
    """The words read like unasked-for selling.

    Why:       pills, casinos, prizes and leads are sold in the same words for twenty years.
    Innocent:  loud honest marketing that was subscribed to.
    Misses:    polite cold sales mail.
    Source:    own model (`mailkeep lab train`); CAN-SPAM Act.
    """
    yield from opinion(scene, "spam", "spam")

"""Detector: the words promise a fortune, a job or love to a stranger."""

from collections.abc import Iterator

from mailkeep.detect.language.opinion import opinion
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LANGUAGE, weight=1.5, attack=Attack.SCAM)
def words_of_a_scam(scene: Scene) -> Iterator[Evidence]:
    """The words promise a fortune, a job or love to a stranger.

    Why:       an inheritance, a lottery, an easy job, doubled coins: the bait is a gain that needs a first step from
               the victim.
    Innocent:  charity mail, real recruiters, investment newsletters.
    Misses:    the slow kind, which begins with a harmless hello.
    Source:    own model (`mailkeep lab train`); ATT&CK T1566; FTC advance-fee fraud.
    """
    yield from opinion(scene, "scam", "a scam")

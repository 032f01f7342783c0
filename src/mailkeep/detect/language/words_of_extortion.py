"""Detector: the words threaten with exposure or attack unless money is paid."""

from collections.abc import Iterator

from mailkeep.detect.language.opinion import opinion
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LANGUAGE, weight=2.5, attack=Attack.EXTORTION)
def words_of_extortion(scene: Scene) -> Iterator[Evidence]:
    """The words threaten with exposure or attack unless money is paid.

    Why:       extortion by mail is sent in millions and says the same: I have you on film, pay in Bitcoin, tell nobody.
    Innocent:  warnings of colleagues that quote such a mail.
    Misses:    threats in a picture, or split over several mails.
    Source:    own model (`mailkeep lab train`); ATT&CK T1657.
    """
    yield from opinion(scene, "extortion", "extortion")

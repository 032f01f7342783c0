"""Detector: the words read like everyday honest mail."""

from collections.abc import Iterator

from mailkeep.detect.language.opinion import calm
from mailkeep.detect.scene import Evidence, Family, Scene, detector


@detector(family=Family.LANGUAGE, weight=-0.7)
def words_of_honest_business(scene: Scene) -> Iterator[Evidence]:
    """The words read like everyday honest mail and ask for nothing a lure asks for.

    Why:       most honest mail has nothing of a lure in it, and saying so keeps weak signs of form from adding up.
    Innocent:  this is the sign of innocence; it takes a little away and can never clear a mail by itself.
    Misses:    an attacker who writes as a colleague would, so its weight stays small.
    Source:    own model (`mailkeep lab train`).
    """
    yield from calm(scene)

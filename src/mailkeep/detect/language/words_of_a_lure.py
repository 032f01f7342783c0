"""Detector: the words read like those of lures."""

from collections.abc import Iterator

from mailkeep.detect.language.opinion import opinion
from mailkeep.detect.scene import Evidence, Family, Scene, detector


@detector(family=Family.LANGUAGE, weight=2.0)
def words_of_a_lure(scene: Scene) -> Iterator[Evidence]:
    """The words, taken together, read like those of lures.

    Why:       the ask, the haste and the bait of an attack come in the same turns of phrase, whoever sends it.
    Innocent:  marketing that shouts, unusual service notices; therefore one signal beside who sends and where links
               lead.
    Misses:    lures in new words, pictures of words, languages the model was not trained on, very short mail.
    Source:    own model (`mailkeep lab train`); ATT&CK T1566.
    """
    yield from opinion(scene, "lure", "a lure")

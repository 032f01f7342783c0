"""Detector: the words press the reader to open a file from a stranger."""

from collections.abc import Iterator

from mailkeep.detect.language.opinion import opinion
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LANGUAGE, weight=1.0, attack=Attack.MALWARE)
def words_of_a_file_lure(scene: Scene) -> Iterator[Evidence]:
    """The words press the reader to open a file from a stranger.

    Why:       a purchase order, a payment slip or a summons is the story that gets a poisoned file opened.
    Innocent:  real orders and slips, which come from partners with a history.
    Misses:    replies inside stolen threads that say only 'see attached'.
    Source:    own model (`mailkeep lab train`); ATT&CK T1566.001.
    """
    yield from opinion(scene, "carrier", "a story to get a file opened")

"""Detector: the subject is pushed out of sight with blanks."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONCEALMENT, weight=1.0, attack=Attack.SPAM)
def padded_subject(scene: Scene) -> Iterator[Evidence]:
    """The subject is pushed out of sight with blanks.

    Why:       what follows the blanks is for the filter, or keeps copies apart.
    Innocent:  programs that fold subjects badly.
    Misses:    random words at the end instead of blanks.
    Source:    ATT&CK T1027; RFC 5322 §2.2.3 (folding).
    """
    for trick in scene.facts.tricks:
        if trick.kind == "blank-subject-padding":
            yield Evidence(trick.place, trick.says)

"""Detector: an archive holds a file that runs when opened."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.ATTACHMENTS, weight=4.0, attack=Attack.MALWARE)
def danger_in_archive(scene: Scene) -> Iterator[Evidence]:
    """An archive holds a file that runs when opened.

    Why:       packing hides the ending from the reader and the filter.
    Innocent:  developers who send each other builds.
    Misses:    archives locked against reading.
    Source:    ATT&CK T1204.002, T1566.001.
    """
    for each in scene.facts.attachments:
        if each.dangerous_members:
            says = f"{each.name} holds {each.dangerous_members[0]}"
            yield Evidence(each.place, says, 0.5 if friend(scene) or ours(scene) else 1.0)

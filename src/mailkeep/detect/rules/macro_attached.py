"""Detector: A document with macros is attached."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.ATTACHMENTS, weight=1.0, attack=Attack.MALWARE)
def macro_attached(scene: Scene) -> Iterator[Evidence]:
    """A document with macros is attached.

    Why:       a macro can do whatever its reader can.
    Innocent:  finance departments live on workbooks with macros.
    Misses:    documents that fetch their macro later, which remote-template sees.
    Source:    ATT&CK T1059.005, T1137.001.
    """
    for each in scene.facts.attachments:
        if each.macro is True:
            yield Evidence(each.place, f"{each.name} holds macros", 0.4 if friend(scene) or ours(scene) else 1.0)

"""Detector: A document runs code as soon as it is opened."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.ATTACHMENTS, weight=3.0, attack=Attack.MALWARE)
def macro_runs_on_open(scene: Scene) -> Iterator[Evidence]:
    """A document runs code as soon as it is opened.

    Why:       the reader is not asked again.
    Innocent:  templates and forms of a firm's own.
    Misses:    code that waits for a button.
    Source:    ATT&CK T1204.002, T1059.005; MS-OVBA.
    """
    for each in scene.facts.attachments:
        if each.auto_run:
            yield Evidence(
                each.place, f"{each.name} runs code when opened", 0.4 if friend(scene) or ours(scene) else 1.0
            )

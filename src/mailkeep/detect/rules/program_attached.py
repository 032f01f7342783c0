"""Detector: A program is attached."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.ATTACHMENTS, weight=4.0, attack=Attack.MALWARE)
def program_attached(scene: Scene) -> Iterator[Evidence]:
    """A program is attached.

    Why:       it runs when opened; honest programs do not travel by mail.
    Innocent:  developers who send each other scripts.
    Misses:    programs inside a locked archive.
    Source:    ATT&CK T1204.002, T1566.001.
    """
    for each in scene.facts.attachments:
        if each.executable:
            says = f"{each.name or 'a file without a name'} runs when opened ({each.true_type})"
            yield Evidence(each.place, says, 0.5 if friend(scene) or ours(scene) else 1.0)

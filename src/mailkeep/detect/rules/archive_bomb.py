"""Detector: an archive unpacks to more than anybody needs."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.ATTACHMENTS, weight=1.5, attack=Attack.MALWARE)
def archive_bomb(scene: Scene) -> Iterator[Evidence]:
    """An archive unpacks to more than anybody needs.

    Why:       a bomb blinds or stops the filter that looks inside.
    Innocent:  dumps and logs of machines.
    Misses:    archives within the bounds.
    Source:    CWE-409; ATT&CK T1499.
    """
    for each in scene.facts.attachments:
        if each.bomb:
            yield Evidence(each.place, f"{each.name} ({each.size} bytes) unpacks beyond the bound")

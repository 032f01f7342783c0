"""Detector: control signs turn the direction of what is shown."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONCEALMENT, weight=1.8, attack=Attack.MALWARE)
def reversed_text(scene: Scene) -> Iterator[Evidence]:
    """Control signs turn the direction of what is shown.

    Why:       "gnp.exe" is shown as "exe.png".
    Innocent:  mail in Arabic or Hebrew that quotes Latin names.
    Misses:    names that lie without turning.
    Source:    Unicode TR 36 §3.3; CVE-2021-42574.
    """
    for trick in scene.facts.tricks:
        if trick.kind == "rtl-override":
            yield Evidence(trick.place, trick.says)

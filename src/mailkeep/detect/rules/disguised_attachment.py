"""Detector: A file is of another kind than it says."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.ATTACHMENTS, weight=2.5, attack=Attack.MALWARE)
def disguised_attachment(scene: Scene) -> Iterator[Evidence]:
    """A file is of another kind than it says.

    Why:       a disguise is made for the reader or for the filter.
    Innocent:  programs that name their exports wrongly.
    Misses:    files that are what they say.
    Source:    ATT&CK T1036.008.
    """
    for each in scene.facts.attachments:
        if each.disguised:
            strength = 1.0 if each.executable or each.html_script else 0.7
            yield Evidence(each.place, f"{each.name} is really {each.true_type}", strength)

"""Detector: A document loads a part of itself from the network."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.ATTACHMENTS, weight=2.5, attack=Attack.MALWARE)
def remote_template(scene: Scene) -> Iterator[Evidence]:
    """A document loads a part of itself from the network.

    Why:       the clean file passes, what it fetches does not need to.
    Innocent:  templates that lie on a firm's own server.
    Misses:    files that fetch by a script.
    Source:    ATT&CK T1221; CVE-2022-30190.
    """
    for each in scene.facts.attachments:
        if each.external_template:
            yield Evidence(each.place, f"{each.name} loads {each.external_template[:120]}")

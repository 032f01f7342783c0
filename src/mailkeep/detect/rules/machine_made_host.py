"""Detector: A link leads to a domain whose name looks made by a machine."""

from collections.abc import Iterator

from mailkeep.detect.asks import links_away
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def machine_made_host(scene: Scene) -> Iterator[Evidence]:
    """A link leads to a domain whose name looks made by a machine.

    Why:       attackers register names in bulk and throw them away.
    Innocent:  content networks and short brand names that look like noise.
    Misses:    names joined from dictionary words.
    Source:    ATT&CK T1583.001; Antonakakis et al., From Throw-Away Traffic to Bots (USENIX Security 2012).
    """
    for link in links_away(scene):
        if link.random_host and link.kind != "attachment":
            strength = 0.4 if scene.facts.bulk.platform else 1.0
            yield Evidence(link.place, f"{link.registrable} looks machine-made", strength)

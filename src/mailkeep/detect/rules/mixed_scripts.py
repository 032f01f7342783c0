"""Detector: words mix letters of several scripts to look like others."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONCEALMENT, weight=2.0, attack=Attack.CREDENTIAL_PHISHING)
def mixed_scripts(scene: Scene) -> Iterator[Evidence]:
    """Words mix letters of several scripts to look like others.

    Why:       a Cyrillic "а" in "pаypal" is seen by machines only.
    Innocent:  mathematicians and brand names that play with letters.
    Misses:    words that are wholly of one script.
    Source:    Unicode TS 39 §5.1.
    """
    for trick in scene.facts.tricks:
        if trick.kind in {"mixed-scripts", "encoded-subject"}:
            yield Evidence(trick.place, trick.says, 1.0 if trick.kind == "mixed-scripts" else 0.3)

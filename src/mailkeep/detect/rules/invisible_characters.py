"""Detector: invisible characters are strewn into the words."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONCEALMENT, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def invisible_characters(scene: Scene) -> Iterator[Evidence]:
    """Invisible characters are strewn into the words.

    Why:       they break words for filters and leave them whole for the eye.
    Innocent:  scripts that need joiners (Arabic, Hindi), newsletters' padding before the first words.
    Misses:    words broken by visible signs.
    Source:    ATT&CK T1027; Unicode TR 36 §3.
    """
    for trick in scene.facts.tricks:
        if trick.kind == "invisible-characters":
            yield Evidence(trick.place, trick.says, 0.3 if scene.facts.bulk.unsubscribe else 1.0)

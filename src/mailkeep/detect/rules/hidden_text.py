"""Detector: the mail holds text that its reader cannot see."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONCEALMENT, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def hidden_text(scene: Scene) -> Iterator[Evidence]:
    """The mail holds text that its reader cannot see.

    Why:       hidden words feed filters with harmless talk.
    Innocent:  the preview line of newsletters, which is short.
    Misses:    text hidden by a picture over it.
    Source:    ATT&CK T1027; Talos, Hidden text salting (2025).
    """
    for trick in scene.facts.tricks:
        if trick.kind in {"hidden-text", "zero-font", "html-comments"}:
            honest = scene.facts.bulk.unsubscribe or trick.kind == "html-comments"
            yield Evidence(trick.place, trick.says, 0.3 if honest else 1.0)

"""Detector: the mail holds text that its reader cannot see."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector

PREVIEW = 200
"""Characters of a preview line, which honest newsletters hide at their top."""


@detector(family=Family.CONCEALMENT, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def hidden_text(scene: Scene) -> Iterator[Evidence]:
    """The mail holds text that its reader cannot see.

    Why:       hidden words feed filters with harmless talk.
    Innocent:  the preview line of newsletters, which is short.
    Misses:    text hidden by a picture over it.
    Source:    ATT&CK T1027; Talos, Hidden text salting (2025).
    """
    # amounts: characters for hidden text, pieces for text of size zero
    little = {"hidden-text": PREVIEW, "zero-font": 3}
    for trick in scene.facts.tricks:
        if trick.kind in {"hidden-text", "zero-font", "html-comments"}:
            honest = scene.facts.bulk.unsubscribe or trick.amount <= little.get(trick.kind, float("inf"))
            yield Evidence(trick.place, trick.says, 0.2 if honest else 1.0)

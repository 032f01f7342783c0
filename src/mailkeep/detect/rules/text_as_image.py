"""Detector: the words are a picture."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.CONCEALMENT, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def text_as_image(scene: Scene) -> Iterator[Evidence]:
    """The words are a picture.

    Why:       a picture has no words for a filter to read.
    Innocent:  flyers and greetings.
    Misses:    pictures with some real words beside them.
    Source:    ATT&CK T1027; Fumera et al., Image spam (JMLR 7, 2006).
    """
    for trick in scene.facts.tricks:
        if trick.kind == "text-as-image":
            yield Evidence(trick.place, trick.says, 0.4 if scene.facts.bulk.unsubscribe or friend(scene) else 1.0)

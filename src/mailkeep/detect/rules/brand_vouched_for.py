"""Detector: the brand that speaks is the one that wrote."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask
from mailkeep.detect.scene import Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, grave


@detector(family=Family.TRUST, weight=-1.2)
def brand_vouched_for(scene: Scene) -> Iterator[Evidence]:
    """The brand that speaks is the one that wrote.

    Why:       mail of the brand's own domain, vouched for by its host, is not an imitation of it.
    Innocent:  this is a sign of innocence; it is bounded and never stops a scan.
    Misses:    abuse of the brand's own service (a bill sent through a payment service), for which other detectors
               stay awake.
    Source:    RFC 7489 §3.1.
    """
    if not authenticated(scene) or grave(scene) or first_ask(scene, "call-back"):
        return
    for mention in scene.facts.brands:
        if mention.legitimate:
            yield Evidence(mention.place, f"speaks as {mention.brand} and {scene.facts.sender.registrable} is theirs")
            return

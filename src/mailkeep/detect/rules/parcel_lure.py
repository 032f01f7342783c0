"""Detector: A parcel waits, but the sender is no carrier."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, links_away, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours, returned


@detector(family=Family.CONTENT, weight=1.5, attack=Attack.CREDENTIAL_PHISHING)
def parcel_lure(scene: Scene) -> Iterator[Evidence]:
    """A parcel waits, but the sender is no carrier.

    Why:       everybody expects a parcel, and a small fee hides the card form.
    Innocent:  shops that tell of their own parcels.
    Misses:    carriers outside the brand list.
    Source:    USPIS smishing and phishing advisories; ATT&CK T1566.002.
    """
    ask = first_ask(scene, "delivery")
    if ask is None or friend(scene) or ours(scene) or returned(scene) or not any(True for _ in links_away(scene)):
        return
    if any(mention.legitimate for mention in scene.facts.brands):
        return
    press = first_ask(scene, "payment", "urgency", "personal-data")
    yield Evidence(ask.place, f"says {quoted(ask)}, from {scene.facts.sender.domain}", 1.0 if press else 0.6)

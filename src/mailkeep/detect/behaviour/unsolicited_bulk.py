"""Detector: mail to many, from a sender nobody here ever dealt with."""

from collections.abc import Iterator

from mailkeep.detect.asks import subject_place
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import stranger


@detector(family=Family.BEHAVIOUR, weight=0.4, attack=Attack.SPAM)
def unsolicited_bulk(scene: Scene) -> Iterator[Evidence]:
    """Mail to many, from a sender nobody here ever dealt with.

    Why:       nobody subscribes to what he never heard of.
    Innocent:  the first mail of a list one has just joined.
    Misses:    bulk mail that hides being bulk.
    Source:    RFC 2369; M3AAWG Sender Best Practices.
    """
    bulk = scene.facts.bulk
    if not stranger(scene) or bulk.bounce:
        return
    if bulk.unsubscribe or bulk.platform or bulk.precedence in {"bulk", "junk"}:
        yield Evidence(subject_place(scene), f"mail to many from {scene.facts.sender.registrable}, never heard of here")

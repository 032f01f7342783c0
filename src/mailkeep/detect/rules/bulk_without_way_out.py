"""Detector: mail to many that offers no way to leave."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, subject_place
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.FORM, weight=0.8, attack=Attack.SPAM)
def bulk_without_way_out(scene: Scene) -> Iterator[Evidence]:
    """Mail to many that offers no way to leave.

    Why:       honest senders must offer one, and gain from it.
    Innocent:  notices of services, discussion lists of small clubs.
    Misses:    spam that offers a false one.
    Source:    RFC 2369; RFC 8058; Gmail and Yahoo sender rules of February 2024.
    """
    bulk = scene.facts.bulk
    many = bulk.precedence in {"bulk", "junk"} or bool(bulk.platform)
    if not many or bulk.unsubscribe or bulk.list_id or bulk.auto or bulk.bounce or ours(scene) or friend(scene):
        return
    if first_ask(scene, "unsubscribe"):
        return
    yield Evidence(subject_place(scene), "sent to many, without a List-Unsubscribe header or a word on how to leave")

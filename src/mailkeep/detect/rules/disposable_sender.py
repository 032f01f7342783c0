"""Detector: the sender writes from a throw-away mailbox."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.IMPERSONATION, weight=1.5, attack=Attack.SCAM)
def disposable_sender(scene: Scene) -> Iterator[Evidence]:
    """The sender writes from a throw-away mailbox.

    Why:       nobody who wants to be found again writes from one.
    Innocent:  people who guard their privacy when they ask a question once.
    Misses:    throw-away services younger than the list.
    Source:    ATT&CK T1585.002.
    """
    sender = scene.facts.sender
    if sender.disposable and not friend(scene):
        yield Evidence(sender.place, f"{sender.domain} gives mailboxes that last for minutes")

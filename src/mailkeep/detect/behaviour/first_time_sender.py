"""Detector: neither this sender nor his organisation ever wrote here."""

from collections.abc import Iterator

from mailkeep.detect.scene import Evidence, Family, Scene, detector
from mailkeep.detect.standing import stranger


@detector(family=Family.BEHAVIOUR, weight=0.4)
def first_time_sender(scene: Scene) -> Iterator[Evidence]:
    """Neither this sender nor his organisation ever wrote here.

    Why:       nearly every attack comes from somebody new, so everything else weighs more.
    Innocent:  half of all honest senders were new once.
    Misses:    attackers who hold a known mailbox.
    Source:    Cidon et al. (USENIX Security 2019).
    """
    if stranger(scene):
        sender = scene.facts.sender
        yield Evidence(sender.place, f"nobody at {sender.registrable} ever wrote to us or was written to")

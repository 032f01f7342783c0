"""Detector: the sender's name is a well-known brand's, the address is not."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.IMPERSONATION, weight=2.0, attack=Attack.CREDENTIAL_PHISHING)
def brand_in_display_name(scene: Scene) -> Iterator[Evidence]:
    """The sender's name is a well-known brand's, the address is not.

    Why:       a brand in the name is the cheapest disguise; programs hide the address behind it.
    Innocent:  a reseller, a fan club, a firm that shares a word with the brand; mail the brand sends through a
               partner's domain.
    Misses:    brands outside the list; a brand named only in a picture.
    Source:    ATT&CK T1656; APWG Phishing Activity Trends (most imitated brands).
    """
    sender = scene.facts.sender
    if not sender.name_brand or sender.own or friend(scene):
        return
    strength = 1.0 if sender.free_mail or sender.random_local else 0.8
    yield Evidence(
        sender.place, f"{sender.name!r} names {sender.name_brand}, but writes from {sender.domain}", strength
    )

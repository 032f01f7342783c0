"""Detector: the sender's domain imitates a well-known brand's."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.IMPERSONATION, weight=3.0, attack=Attack.CREDENTIAL_PHISHING)
def brand_lookalike_sender(scene: Scene) -> Iterator[Evidence]:
    """The sender's domain imitates a well-known brand's.

    Why:       the domain was registered to be misread.
    Innocent:  a small firm whose honest name is close to a brand's.
    Misses:    a brand's name on an unrelated domain's sub-domain is the work of brand-in-foreign-host.
    Source:    ATT&CK T1583.001; Unicode TS 39 §4.
    """
    sender = scene.facts.sender
    likeness = sender.resembles_brand
    if likeness is None or sender.own or friend(scene):
        return
    yield Evidence(
        sender.place, f"{sender.domain} looks like {likeness.target} ({likeness.how})", max(0.4, likeness.closeness)
    )

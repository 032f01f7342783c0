"""Detector: the mail bears our own domain, came from outside, and nothing vouches for it."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated


@detector(family=Family.SPOOFING, weight=3.5, attack=Attack.BEC)
def own_domain_forged(scene: Scene) -> Iterator[Evidence]:
    """The mail bears our own domain, came from outside, and nothing vouches for it.

    Why:       mail from a colleague's address is believed; without DMARC enforcement anybody can write it.
    Innocent:  a service that sends in our name and was never put into SPF or signed with DKIM.
    Misses:    forgeries that pass because SPF names a shared sender.
    Source:    RFC 7489 §3; ATT&CK T1672.
    """
    if not scene.facts.direction.from_outside or authenticated(scene):
        return
    failed = scene.facts.authentication.aligned is False
    found = "authentication failed" if failed else "no believed host vouched for it"
    yield Evidence(
        scene.facts.sender.place,
        f"{scene.facts.sender.address} is ours, came from outside, and {found}",
        1.0 if failed else 0.5,
    )

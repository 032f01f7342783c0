"""Detector: neither the sending host nor a signature vouches for the sender."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.kit.known import known


@detector(family=Family.SPOOFING, weight=1.0, attack=Attack.CREDENTIAL_PHISHING)
def nobody_vouches(scene: Scene) -> Iterator[Evidence]:
    """Neither the sending host nor a signature vouches for the sender.

    Why:       a domain that cares for its mail passes SPF or DKIM; a forger's guess passes neither.
    Innocent:  old lists, small hosts that were never set up.
    Misses:    forgers with a domain of their own, whose mail passes.
    Source:    RFC 7208 §2.6; RFC 6376 §3.9.
    """
    found = scene.facts.authentication
    if not known(found.spf) or not known(found.dkim) or found.dmarc == "pass" or found.aligned is True:
        return
    if found.spf == "pass" or found.dkim == "pass":
        return
    strength = 1.0 if found.spf in {"fail", "softfail"} else 0.6
    yield Evidence(found.place, f"spf={found.spf}, dkim={found.dkim} for {scene.facts.sender.domain}", strength)

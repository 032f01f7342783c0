"""Detector: the sender's name holds the web address of somebody else."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.IMPERSONATION, weight=1.0, attack=Attack.CREDENTIAL_PHISHING)
def domain_in_display_name(scene: Scene) -> Iterator[Evidence]:
    """The sender's name holds the web address of somebody else.

    Why:       "paypal.com" as a name is read as the sender's domain.
    Innocent:  shops and platforms that send through a mail service and show their site as name.
    Misses:    a brand without its suffix, which brand-in-display-name sees.
    Source:    ATT&CK T1656.
    """
    sender = scene.facts.sender
    if not sender.name_domain or sender.own or friend(scene):
        return
    strength = 0.4 if scene.facts.bulk.platform else 1.0
    yield Evidence(sender.place, f"shows {sender.name_domain}, but writes from {sender.domain}", strength)

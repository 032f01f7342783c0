"""Detector: the sender's domain imitates that of somebody we have long written with."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.IMPERSONATION, weight=4.0, attack=Attack.INVOICE_FRAUD)
def contact_lookalike(scene: Scene) -> Iterator[Evidence]:
    """The sender's domain imitates that of somebody we have long written with.

    Why:       after reading a stolen thread, the forger goes on with it from a domain that looks like the
               vendor's.
    Innocent:  a partner that moved to a new domain, which a call to the known number confirms.
    Misses:    lookalikes of partners met less than three weeks ago.
    Source:    FBI IC3 2024 report, vendor e-mail compromise; ATT&CK T1583.001.
    """
    sender = scene.facts.sender
    if sender.own or friend(scene):
        return
    for likeness in scene.history.resembles:
        if likeness.domain == sender.registrable:
            yield Evidence(
                sender.place,
                f"{sender.domain} looks like {likeness.target}, whom we know ({likeness.how})",
                max(0.4, likeness.closeness),
            )

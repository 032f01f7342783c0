"""Detector: somebody who leads this organisation seems to write from a free mailbox."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.IMPERSONATION, weight=2.0, attack=Attack.BEC)
def executive_on_free_mail(scene: Scene) -> Iterator[Evidence]:
    """Somebody who leads this organisation seems to write from a free mailbox.

    Why:       a free mailbox with the right name takes a minute to make and passes every authentication check.
    Innocent:  an executive's own private mailbox that has written here before.
    Misses:    executives the directory does not mark as worth forging.
    Source:    ATT&CK T1585.002, T1656; Barracuda, Spear Phishing: Top Threats and Trends (2023).
    """
    sender = scene.facts.sender
    if not (sender.free_mail or sender.disposable) or friend(scene):
        return
    for person in sender.namesakes:
        if person.vip:
            yield Evidence(
                sender.place, f"{person.name} seems to write from {sender.address}, a mailbox anybody can have"
            )

"""Detector: the sender's name holds an e-mail address that is not the sender's."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.IMPERSONATION, weight=2.0, attack=Attack.BEC)
def address_in_display_name(scene: Scene) -> Iterator[Evidence]:
    """The sender's name holds an e-mail address that is not the sender's.

    Why:       many programs show the name alone, so the reader believes in the address written there.
    Innocent:  mailing lists and ticket desks that write "ada@partner.example via desk".
    Misses:    a name that holds only a person's name.
    Source:    RFC 5322 §3.4; ATT&CK T1656.
    """
    sender = scene.facts.sender
    if not sender.name_address or friend(scene):
        return
    shown = sender.name_address.rpartition("@")[2]
    relayed = bool(scene.facts.bulk.list_id) or " via " in sender.name.lower()
    ours_shown = shown in {each.domain for each in scene.message.recipients}
    strength = 0.2 if relayed else 1.0 if ours_shown else 0.7
    yield Evidence(sender.place, f"shows {sender.name_address}, but is {sender.address}", strength)

"""Detector: the sender bears the name of somebody we know, from another address."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted, serious_ask
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.people.directory import name_key


@detector(family=Family.BEHAVIOUR, weight=2.0, attack=Attack.BEC)
def name_of_another_contact(scene: Scene) -> Iterator[Evidence]:
    """The sender bears the name of somebody we know, from another address.

    Why:       a name is copied in a second; the address behind it is not.
    Innocent:  people with a second mailbox; common names.
    Misses:    names written differently.
    Source:    ATT&CK T1656; Cidon et al. (USENIX Security 2019).
    """
    sender = scene.facts.sender
    others = {a: n for a, n in scene.history.name_addresses.items() if a != sender.address and n >= 3}
    if not others or scene.history.sender.known or sender.role or not name_key(sender.name):
        return
    usual = max(others, key=others.__getitem__)
    if usual.rpartition("@")[2] == sender.domain or usual.partition("@")[0] == sender.address.partition("@")[0]:
        return
    ask = serious_ask(scene) or first_ask(scene, "availability", "urgency")
    clause = f", and now says {quoted(ask)}" if ask else ""
    yield Evidence(sender.place, f"{sender.name} writes from {usual} otherwise{clause}", 1.0 if ask else 0.5)

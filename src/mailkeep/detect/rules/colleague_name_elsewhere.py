"""Detector: A stranger's address writes under a colleague's name."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.IMPERSONATION, weight=2.5, attack=Attack.BEC)
def colleague_name_elsewhere(scene: Scene) -> Iterator[Evidence]:
    """A stranger's address writes under a colleague's name.

    Why:       most readers see the name alone, on a phone nothing else; nearly every CEO fraud borrows one.
    Innocent:  a colleague's private mailbox that wrote here before; a person of the same name.
    Misses:    names the directory does not know; a first name alone.
    Source:    ATT&CK T1656; FBI IC3 PSA I-091124-PSA (business e-mail compromise).
    """
    sender = scene.facts.sender
    if sender.own or friend(scene):
        return
    for person in sender.namesakes:
        strength = 1.0 if person.vip else 0.8
        who = f"{person.name} ({person.title})" if person.title else person.name
        yield Evidence(
            sender.place, f"{sender.address} bears the name of {who}, who does not write from there", strength
        )

"""Detector: the mail states several From addresses, so that filter and reader may see different ones."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.SPOOFING, weight=2.5, attack=Attack.CREDENTIAL_PHISHING)
def several_authors(scene: Scene) -> Iterator[Evidence]:
    """The mail states several From addresses, so that filter and reader may see different ones.

    Why:       one program shows the first, another the last, and authentication checks either.
    Innocent:  mail two people signed together, which RFC 5322 allows and nobody writes.
    Misses:    duplicate From lines that a host on the way has merged.
    Source:    RFC 7489 §6.6.1; Chen, Paxson, Jiang: Composition Kills (USENIX Security 2020).
    """
    sender = scene.facts.sender
    if sender.several:
        every = ", ".join(each.address for each in scene.message.from_[:3])
        yield Evidence(sender.place, f"From names {every}")

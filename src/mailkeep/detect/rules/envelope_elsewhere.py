"""Detector: the envelope behind the letter is another sender's, and no signature speaks for the letterhead."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated


@detector(family=Family.SPOOFING, weight=0.5, attack=Attack.CREDENTIAL_PHISHING)
def envelope_elsewhere(scene: Scene) -> Iterator[Evidence]:
    """The envelope behind the letter is another sender's, and no signature speaks for the letterhead.

    Why:       SPF vouches for the envelope alone, so a forger passes it with a domain of his own.
    Innocent:  mail platforms and lists, which take the bounces themselves.
    Misses:    forgers who write both addresses alike.
    Source:    RFC 5321 §2.3.1; RFC 7489 §3.1.2.
    """
    envelope = scene.facts.envelope
    if envelope.elsewhere is not True or authenticated(scene):
        return
    bulk = scene.facts.bulk
    if bulk.list_id or bulk.platform or scene.facts.sender.own:
        return
    yield Evidence(envelope.place, f"returned to {envelope.address}, though From is {scene.facts.sender.address}")

"""Detector: the first mail ever from this sender leads to a domain nobody here was ever sent to."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask, new_links, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import stranger


@detector(family=Family.BEHAVIOUR, weight=1.5, attack=Attack.CREDENTIAL_PHISHING)
def first_mail_with_lure(scene: Scene) -> Iterator[Evidence]:
    """The first mail ever from this sender leads to a domain nobody here was ever sent to.

    Why:       both sides of a lure are new, because both get blocked soon.
    Innocent:  new services one has just signed up for.
    Misses:    lures sent through services everybody knows.
    Source:    Ho et al., Detecting and Characterizing Lateral Phishing at Scale (USENIX Security 2019).
    """
    ask = first_ask(scene, *LURES, "invoice", "open-attachment")
    if ask is None or not stranger(scene):
        return
    for link in new_links(scene):
        yield Evidence(
            link.place,
            f"{scene.facts.sender.address} and {link.registrable} are both new here; the mail says {quoted(ask)}",
        )

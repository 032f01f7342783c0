"""Detector: the mail asks for a log-in or a look, and its link leads away from the sender."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask, links_away, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import returned


@detector(family=Family.LINKS, weight=1.5, attack=Attack.CREDENTIAL_PHISHING)
def lure_leads_elsewhere(scene: Scene) -> Iterator[Evidence]:
    """The mail asks for a log-in or a look, and its link leads away from the sender.

    Why:       who asks for a log-in has a page of his own; who copies a letter has not.
    Innocent:  services that write through one domain and log in at another, known from earlier mail.
    Misses:    lures whose link leads to a page on the sender's own, hijacked domain.
    Source:    ATT&CK T1566.002, T1598.003.
    """
    lure = first_ask(scene, *LURES)
    if lure is None or returned(scene):
        return
    known_before = scene.history.known_link_domains
    for link in links_away(scene):
        if link.registrable not in known_before and link.kind in {"anchor", "area", "text", "form", "refresh", "qr"}:
            strength = 0.5 if scene.facts.bulk.unsubscribe else 1.0
            yield Evidence(link.place, f"says {quoted(lure)} and leads to {link.host}", strength)

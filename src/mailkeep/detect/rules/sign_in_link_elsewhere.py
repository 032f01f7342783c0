"""Detector: A link speaks of logging in, on a host that is neither the sender's nor ours."""

from collections.abc import Iterator

from mailkeep.detect.asks import links_away
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def sign_in_link_elsewhere(scene: Scene) -> Iterator[Evidence]:
    """A link speaks of logging in, on a host that is neither the sender's nor ours.

    Why:       a log-in belongs to the one who asks for it.
    Innocent:  services that run their log-in at a partner's, known from earlier mail.
    Misses:    links without telling words.
    Source:    ATT&CK T1566.002.
    """
    known_before = scene.history.known_link_domains
    for link in links_away(scene):
        if link.login_words and link.registrable not in known_before:
            yield Evidence(link.place, f"{link.host} speaks of a log-in, but is not {scene.facts.sender.registrable}")

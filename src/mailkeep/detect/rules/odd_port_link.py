"""Detector: A link leads to an unusual port."""

from collections.abc import Iterator

from mailkeep.detect.asks import links_away
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=0.8, attack=Attack.CREDENTIAL_PHISHING)
def odd_port_link(scene: Scene) -> Iterator[Evidence]:
    """A link leads to an unusual port.

    Why:       a hijacked machine serves its page beside the honest one.
    Innocent:  mail among engineers about test machines.
    Misses:    pages on the usual ports.
    Source:    RFC 9110 §4.2.
    """
    for link in links_away(scene):
        if link.odd_port:
            yield Evidence(
                link.place, f"{link.host} is asked on an unusual port", 1.0 if scene.message.has_html else 0.4
            )

"""Detector: A link leads to a host that imitates us or a brand."""

from collections.abc import Iterator

from mailkeep.detect.asks import web_links
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=3.0, attack=Attack.CREDENTIAL_PHISHING)
def lookalike_link(scene: Scene) -> Iterator[Evidence]:
    """A link leads to a host that imitates us or a brand.

    Why:       the log-in page behind it must be believed for a minute.
    Innocent:  a small firm whose honest name is close to a brand's.
    Misses:    hosts without any likeness.
    Source:    ATT&CK T1583.001; Unicode TS 39 §4.
    """
    for link in web_links(scene):
        if link.resembles is not None and not link.own:
            says = f"{link.host} looks like {link.resembles.target} ({link.resembles.how})"
            yield Evidence(link.place, says, max(0.4, link.resembles.closeness))

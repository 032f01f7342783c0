"""Detector: A link shows one address and leads to another."""

from collections.abc import Iterator

from mailkeep.detect.asks import web_links
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=2.5, attack=Attack.CREDENTIAL_PHISHING)
def link_text_lies(scene: Scene) -> Iterator[Evidence]:
    """A link shows one address and leads to another.

    Why:       the reader checks what he sees; the browser goes where the target says.
    Innocent:  newsletters whose platform counts clicks on links that show the sender's own site.
    Misses:    links that show words or a button.
    Source:    ATT&CK T1566.002; WHATWG HTML §4.6.
    """
    bulk = scene.facts.bulk
    for link in web_links(scene):
        if not link.shown_domain or link.own or link.wrapped_by:
            continue
        counted = link.shown_domain == scene.facts.sender.registrable or bool(bulk.platform) or bulk.unsubscribe
        yield Evidence(link.place, f"shows {link.shown_domain}, leads to {link.host}", 0.3 if counted else 1.0)

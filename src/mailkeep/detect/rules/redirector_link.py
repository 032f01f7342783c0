"""Detector: A link leads through one host to another that it carries along."""

from collections.abc import Iterator

from mailkeep.detect.asks import links_away
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def redirector_link(scene: Scene) -> Iterator[Evidence]:
    """A link leads through one host to another that it carries along.

    Why:       an open redirect lends a trusted name to any target.
    Innocent:  click counters of mail platforms, link rewriters of gateways.
    Misses:    redirects that hide their target in a code.
    Source:    CWE-601; ATT&CK T1608.005.
    """
    bulk = scene.facts.bulk
    for link in links_away(scene):
        if not link.redirects_to or link.wrapped_by:
            continue
        counted = bool(bulk.platform) or bulk.unsubscribe or scene.facts.sender.registrable in link.redirects_to
        yield Evidence(link.place, f"{link.host} passes the reader on to {link.redirects_to}", 0.2 if counted else 1.0)

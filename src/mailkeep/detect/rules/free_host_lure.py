"""Detector: A lure leads to a page that anybody can put up for nothing."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask, links_away, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=2.2, attack=Attack.CREDENTIAL_PHISHING)
def free_host_lure(scene: Scene) -> Iterator[Evidence]:
    """A lure leads to a page that anybody can put up for nothing.

    Why:       free site builders, form services and object stores lend a good name to a log-in page.
    Innocent:  clubs and small firms that run their forms or sites there.
    Misses:    free hosts outside the list.
    Source:    ATT&CK T1583.006; Barracuda, Threat Spotlight: form-based attacks (2020).
    """
    lure = first_ask(scene, *LURES)
    for link in links_away(scene):
        if not link.free_host:
            continue
        if lure is not None:
            yield Evidence(link.place, f"says {quoted(lure)} and leads to {link.host}, where anybody can publish")
        elif link.login_words or link.brand_in_host:
            yield Evidence(link.place, f"a log-in page on {link.host}, where anybody can publish", 0.8)

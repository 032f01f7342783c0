"""Detector: A link leads to a bare IP address."""

from collections.abc import Iterator

from mailkeep.detect.asks import web_links
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=2.0, attack=Attack.CREDENTIAL_PHISHING)
def bare_ip_link(scene: Scene) -> Iterator[Evidence]:
    """A link leads to a bare IP address.

    Why:       honest services have names; hijacked machines often have only a number.
    Innocent:  mail among engineers about machines of their own.
    Misses:    hosts with a name.
    Source:    ATT&CK T1566.002; RFC 3986 §3.2.2.
    """
    for link in web_links(scene):
        if link.ip_host and not link.own:
            shown = link.kind == "text" and not scene.message.has_html
            yield Evidence(link.place, f"leads to the bare address {link.host}", 0.3 if shown else 1.0)

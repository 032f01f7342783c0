"""Detector: A link carries a brand's name on a host that the brand does not own."""

from collections.abc import Iterator

from mailkeep.detect.asks import links_away
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=2.0, attack=Attack.CREDENTIAL_PHISHING)
def brand_in_foreign_host(scene: Scene) -> Iterator[Evidence]:
    """A link carries a brand's name on a host that the brand does not own.

    Why:       "microsoft.sign-in.example" is read from the left, and owned from the right.
    Innocent:  articles and shops about the brand, with its name in the path.
    Misses:    brands outside the list.
    Source:    ATT&CK T1583.001; APWG Phishing Activity Trends.
    """
    for link in links_away(scene):
        if not link.brand_in_host or link.free_host:
            continue
        spoken = any(mention.brand == link.brand_in_host for mention in scene.facts.brands)
        in_path = link.brand_in_host not in link.host.replace("-", "")
        strength = (1.0 if spoken else 0.7) * (0.5 if in_path and not link.login_words else 1.0)
        yield Evidence(
            link.place, f"{link.host} carries the name of {link.brand_in_host}, who does not own it", strength
        )

"""Detector: A link leads to a suffix whose cheap names are mostly used for abuse."""

from collections.abc import Iterator

from mailkeep.detect.asks import links_away
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=1.0, attack=Attack.CREDENTIAL_PHISHING)
def abused_suffix_link(scene: Scene) -> Iterator[Evidence]:
    """A link leads to a suffix whose cheap names are mostly used for abuse.

    Why:       attackers buy where names cost least.
    Innocent:  honest small sites bought there for the same reason.
    Misses:    abuse under the great suffixes.
    Source:    Interisle, Phishing Landscape (yearly); the dated list shipped with Mailkeep.
    """
    for link in links_away(scene):
        if link.rare_suffix:
            yield Evidence(link.place, f"{link.registrable} stands under .{link.registrable.rpartition('.')[2]}")

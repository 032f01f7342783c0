"""Detector: A link leads to a host written in foreign letters."""

from collections.abc import Iterator

from mailkeep.detect.asks import links_away
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def punycode_link(scene: Scene) -> Iterator[Evidence]:
    """A link leads to a host written in foreign letters.

    Why:       letters of other scripts look like Latin ones.
    Innocent:  honest names in Arabic, Chinese, Cyrillic, German …, above all when the mail is written in that
               language.
    Misses:    lookalikes made of plain ASCII.
    Source:    RFC 3492; Unicode TS 39 §5.
    """
    for link in links_away(scene):
        if link.punycode:
            strength = 1.0 if link.resembles is not None else 0.6
            yield Evidence(link.place, f"the host {link.host} stands for foreign letters", strength)

"""Detector: A shortened link hides where it leads, in a mail that asks for something."""

from collections.abc import Iterator

from mailkeep.detect.asks import links_away, quoted, serious_ask
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def shortened_link(scene: Scene) -> Iterator[Evidence]:
    """A shortened link hides where it leads, in a mail that asks for something.

    Why:       a shortener carries any target past filters and can be turned around later.
    Innocent:  newsletters and social networks that shorten their own links.
    Misses:    shorteners outside the list.
    Source:    ATT&CK T1608.005; Chhabra et al., Phi.sh/$oCiaL (CEAS 2011).
    """
    ask = serious_ask(scene)
    for link in links_away(scene):
        if link.shortener:
            clause = f" and the mail says {quoted(ask)}" if ask else ""
            yield Evidence(link.place, f"{link.host} hides the true target{clause}", 1.0 if ask else 0.4)

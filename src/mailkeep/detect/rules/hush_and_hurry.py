"""Detector: the reader is to be quick and to tell nobody."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONTENT, weight=1.5, attack=Attack.BEC)
def hush_and_hurry(scene: Scene) -> Iterator[Evidence]:
    """The reader is to be quick and to tell nobody.

    Why:       both together leave no time and nobody to ask.
    Innocent:  surprise parties, mergers.
    Misses:    fraud that is content with one of them.
    Source:    FBI IC3 PSA I-091124-PSA; NIST TN 2276 (Phish Scale).
    """
    hush, haste = first_ask(scene, "secrecy"), first_ask(scene, "urgency", "availability")
    if hush is not None and haste is not None:
        yield Evidence(hush.place, f"says {quoted(hush)} and {quoted(haste)}")

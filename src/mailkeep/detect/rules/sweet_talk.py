"""Detector: A stranger looks for company or affection."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.CONTENT, weight=1.5, attack=Attack.SCAM)
def sweet_talk(scene: Scene) -> Iterator[Evidence]:
    """A stranger looks for company or affection.

    Why:       romance is the long way to the same money.
    Innocent:  private mail among people who know each other.
    Misses:    talk that stays with the weather.
    Source:    FTC Consumer Sentinel 2024, romance scams.
    """
    ask = first_ask(scene, "romance")
    if ask is not None and not friend(scene) and not ours(scene):
        yield Evidence(ask.place, f"says {quoted(ask)}")

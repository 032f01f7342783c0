"""Detector: A stranger offers easy work for good money."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.CONTENT, weight=1.5, attack=Attack.SCAM)
def easy_job(scene: Scene) -> Iterator[Evidence]:
    """A stranger offers easy work for good money.

    Why:       the work is passing on stolen money or goods.
    Innocent:  recruiters, who name a firm and write from it.
    Misses:    offers through job sites.
    Source:    FTC Consumer Sentinel 2024, job scams; Europol EMMA (money mules).
    """
    ask = first_ask(scene, "job")
    if ask is not None and not friend(scene) and not ours(scene):
        yield Evidence(ask.place, f"says {quoted(ask)}", 1.0 if scene.facts.sender.free_mail else 0.6)

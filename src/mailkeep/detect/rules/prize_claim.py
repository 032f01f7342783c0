"""Detector: the reader has won something and must claim it."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, links_away, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, friend


@detector(family=Family.CONTENT, weight=1.8, attack=Attack.SCAM)
def prize_claim(scene: Scene) -> Iterator[Evidence]:
    """The reader has won something and must claim it.

    Why:       who did not play cannot win.
    Innocent:  shops with bonus points and real raffles, sent by their own domain.
    Misses:    surveys that promise the prize only at the end.
    Source:    FTC Consumer Sentinel 2024, prizes and sweepstakes.
    """
    ask = first_ask(scene, "prize")
    if ask is not None and not friend(scene):
        home = authenticated(scene) and not any(True for _ in links_away(scene))
        yield Evidence(ask.place, f"says {quoted(ask)}", 0.3 if home else 1.0)

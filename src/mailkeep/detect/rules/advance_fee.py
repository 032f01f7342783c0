"""Detector: A stranger offers a fortune for a little help."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.CONTENT, weight=2.2, attack=Attack.SCAM)
def advance_fee(scene: Scene) -> Iterator[Evidence]:
    """A stranger offers a fortune for a little help.

    Why:       the fee comes first, the fortune never.
    Innocent:  lawyers who do look for heirs.
    Misses:    offers that start with small talk.
    Source:    Edelson, The 419 scam (Computers & Security 22, 2003); ATT&CK T1657.
    """
    ask = first_ask(scene, "advance-fee")
    if ask is not None and not friend(scene):
        yield Evidence(ask.place, f"says {quoted(ask)}", 0.4 if scene.facts.bulk.list_id else 1.0)

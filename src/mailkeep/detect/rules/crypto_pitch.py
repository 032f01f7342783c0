"""Detector: the mail talks the reader into crypto-currency."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, friend


@detector(family=Family.CONTENT, weight=1.5, attack=Attack.SCAM)
def crypto_pitch(scene: Scene) -> Iterator[Evidence]:
    """The mail talks the reader into crypto-currency.

    Why:       payments in it cannot be called back, and profits can be painted on a page.
    Innocent:  exchanges and newsletters the reader has signed up for.
    Misses:    pitches that move to a messenger first.
    Source:    FBI IC3 Cryptocurrency Fraud Report 2023.
    """
    ask = first_ask(scene, "crypto")
    if ask is not None and not friend(scene):
        asked_for = scene.facts.bulk.unsubscribe and authenticated(scene)
        yield Evidence(ask.place, f"says {quoted(ask)}", 0.4 if asked_for else 1.0)

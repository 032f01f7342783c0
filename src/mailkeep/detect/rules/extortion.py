"""Detector: the mail threatens to expose or harm the reader unless he pays."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONTENT, weight=4.0, attack=Attack.EXTORTION)
def extortion(scene: Scene) -> Iterator[Evidence]:
    """The mail threatens to expose or harm the reader unless he pays.

    Why:       mass extortion claims a hacked camera and names a wallet.
    Innocent:  news and warnings about such mail.
    Misses:    threats written as a picture.
    Source:    FBI IC3 PSA I-080718-PSA (extortion e-mail); ATT&CK T1657.
    """
    ask = first_ask(scene, "extortion")
    if ask is None:
        return
    wallet = next((each for each in scene.facts.identifiers if each.kind == "wallet"), None)
    clause = f" and names the wallet {wallet.value[:10]}…" if wallet else ""
    yield Evidence(ask.place, f"says {quoted(ask)}{clause}", 1.0 if wallet or first_ask(scene, "crypto") else 0.6)

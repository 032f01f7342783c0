"""Detector: the mail names a wallet for crypto-currency."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONTENT, weight=1.0, attack=Attack.EXTORTION)
def wallet_named(scene: Scene) -> Iterator[Evidence]:
    """The mail names a wallet for crypto-currency.

    Why:       money sent there cannot be called back.
    Innocent:  people and lists that deal in crypto-currency.
    Misses:    wallets shown as a QR code, or asked for later.
    Source:    FBI IC3 Cryptocurrency Fraud Report 2023.
    """
    ask = first_ask(scene, "payment", "crypto", "extortion", "advance-fee", "prize")
    for each in scene.facts.identifiers:
        if each.kind == "wallet":
            yield Evidence(each.place, f"names the wallet {each.value[:10]}…", 1.0 if ask else 0.5)

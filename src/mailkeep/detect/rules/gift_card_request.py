"""Detector: the mail asks for gift cards."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONTENT, weight=2.8, attack=Attack.BEC)
def gift_card_request(scene: Scene) -> Iterator[Evidence]:
    """The mail asks for gift cards.

    Why:       a card's number is money without a trace; no chief pays with them.
    Innocent:  shops that sell them and firms that reward staff, in mail to many.
    Misses:    codes asked for in a later mail.
    Source:    FTC Consumer Advice, gift card scams; ATT&CK T1657.
    """
    ask = first_ask(scene, "gift-cards")
    if ask is not None:
        bulk = scene.facts.bulk
        advert = bulk.unsubscribe or bool(bulk.list_id or bulk.platform)
        yield Evidence(ask.place, f"says {quoted(ask)}", 0.2 if advert else 1.0)

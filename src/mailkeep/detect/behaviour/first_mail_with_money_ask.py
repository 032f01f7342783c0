"""Detector: the first mail ever from this sender asks for money."""

from collections.abc import Iterator

from mailkeep.detect.asks import MONEY, first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import stranger


@detector(family=Family.BEHAVIOUR, weight=2.0, attack=Attack.BEC)
def first_mail_with_money_ask(scene: Scene) -> Iterator[Evidence]:
    """The first mail ever from this sender asks for money.

    Why:       honest business begins with an offer, an order, a word of greeting.
    Innocent:  authorities and new suppliers with a first bill.
    Misses:    attackers who write a few kind mails first.
    Source:    Cidon et al., High Precision Detection of BEC (USENIX Security 2019).
    """
    ask = first_ask(scene, *MONEY)
    if ask is None or not stranger(scene):
        return
    sender = scene.facts.sender
    yield Evidence(
        ask.place,
        f"{sender.address} never wrote here before and says {quoted(ask)}",
        0.5 if scene.facts.bulk.unsubscribe else 1.0,
    )

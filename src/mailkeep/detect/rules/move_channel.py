"""Detector: the talk is to go on by phone message or a private address."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.CONTENT, weight=1.2, attack=Attack.BEC)
def move_channel(scene: Scene) -> Iterator[Evidence]:
    """The talk is to go on by phone message or a private address.

    Why:       out of the mailbox is out of sight of everybody who could warn.
    Innocent:  friends, sales people, travellers.
    Misses:    moves proposed only after the first answer.
    Source:    Sublime Security, out-of-band pivot; ATT&CK T1598.
    """
    ask = first_ask(scene, "move-channel")
    if ask is None or friend(scene) or ours(scene) or scene.facts.bulk.unsubscribe:
        return
    worse = scene.facts.sender.namesakes or first_ask(
        scene, "availability", "secrecy", "payment", "gift-cards", "advance-fee"
    )
    yield Evidence(ask.place, f"says {quoted(ask)}", 1.0 if worse else 0.6)

"""Detector: A bill nobody ordered, and a number to ring about it."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, links_away, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.CONTENT, weight=2.2, attack=Attack.CALLBACK)
def call_back_bill(scene: Scene) -> Iterator[Evidence]:
    """A bill nobody ordered, and a number to ring about it.

    Why:       the fraud happens on the telephone, so the mail needs no link.
    Innocent:  real bills with the number of a service desk; they come from the firm's own domain and have a link
               too.
    Misses:    numbers drawn as a picture.
    Source:    CISA AA23-025A (refund scams by remote tools); ATT&CK T1566.004.
    """
    phone = next((each for each in scene.facts.identifiers if each.kind == "phone"), None)
    ring = first_ask(scene, "call-back")
    bill = first_ask(scene, "invoice", "payment", "account-suspended", "delivery")
    billed = any(each.kind == "amount" for each in scene.facts.identifiers)
    asked = ring or bill
    if phone is None or asked is None or not (bill or billed) or friend(scene) or ours(scene):
        return
    if any(True for _ in links_away(scene)) and not ring:
        return
    sender = scene.facts.sender
    branded = any(not mention.legitimate for mention in scene.facts.brands)
    strength = 0.4 + (0.3 if ring else 0.0) + (0.3 if sender.free_mail or branded else 0.0)
    yield Evidence(phone.place, f"says {quoted(asked)} and gives the number {phone.value}", strength)

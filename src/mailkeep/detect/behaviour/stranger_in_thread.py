"""Detector: somebody who had no part in a conversation goes on with it, and asks."""

from collections.abc import Iterator

from mailkeep.detect.asks import quoted, serious_ask, subject_place
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.BEHAVIOUR, weight=2.2, attack=Attack.INVOICE_FRAUD)
def stranger_in_thread(scene: Scene) -> Iterator[Evidence]:
    """Somebody who had no part in a conversation goes on with it, and asks.

    Why:       a stolen thread is carried on from the thief's own address.
    Innocent:  a colleague of the partner who takes over a case.
    Misses:    a talk carried on from the stolen mailbox itself.
    Source:    ATT&CK T1566.002; Cofense, Conversation hijacking (2021).
    """
    past = scene.history.thread
    ask = serious_ask(scene)
    if past.known_ids == 0 or past.sender_took_part is not False or ask is None or ours(scene):
        return
    if scene.facts.bulk.list_id or friend(scene):
        return
    same_house = scene.history.domain.known and not scene.facts.sender.free_mail
    yield Evidence(
        subject_place(scene),
        f"{scene.facts.sender.address} had no part in this talk, and says {quoted(ask)}",
        0.4 if same_house else 1.0,
    )

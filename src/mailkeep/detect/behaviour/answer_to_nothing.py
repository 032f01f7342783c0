"""Detector: the mail answers a conversation that never took place here."""

from collections.abc import Iterator

from mailkeep.detect.asks import quoted, serious_ask, subject_place
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.BEHAVIOUR, weight=1.8, attack=Attack.BEC)
def answer_to_nothing(scene: Scene) -> Iterator[Evidence]:
    """The mail answers a conversation that never took place here.

    Why:       "Re:" lends the trust of a talk that the reader must have forgotten.
    Innocent:  a third party who takes us into a talk of others.
    Misses:    forgers who quote a real, stolen thread.
    Source:    ATT&CK T1566; RFC 5322 §3.6.4.
    """
    thread, past = scene.facts.thread, scene.history.thread
    if not thread.claims_reply or not scene.history.speaks or past.known_ids or past.subject_known is not False:
        return
    if scene.facts.bulk.list_id or friend(scene) or ours(scene):
        return
    ask = serious_ask(scene)
    clause = f" and says {quoted(ask)}" if ask else ""
    yield Evidence(
        subject_place(scene), f"claims to answer a mail that nobody here wrote or got{clause}", 1.0 if ask else 0.4
    )

"""Detector: an answer, by somebody who took part, to a mail that was really written here."""

from collections.abc import Iterator

from mailkeep.detect.asks import subject_place
from mailkeep.detect.scene import Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, grave, oddities


@detector(family=Family.TRUST, weight=-1.5)
def answer_in_real_thread(scene: Scene) -> Iterator[Evidence]:
    """An answer, by somebody who took part, to a mail that was really written here.

    Why:       a stranger does not know the Message-ID of our mail.
    Innocent:  this is a sign of innocence; it is bounded and never stops a scan.
    Misses:    stolen threads, carried on from the stolen mailbox.
    Source:    RFC 5322 §3.6.4; withheld when anything is odd, and from mail that does what taken-over mailboxes
               are used for.
    """
    past = scene.history.thread
    if (
        past.known_ids == 0
        or past.sender_took_part is not True
        or not authenticated(scene)
        or grave(scene)
        or oddities(scene)
    ):
        return
    yield Evidence(subject_place(scene), f"answers a talk in which {scene.facts.sender.address} took part")

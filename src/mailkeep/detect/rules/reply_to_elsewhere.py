"""Detector: answers are led to another organisation than the sender's."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import returned


@detector(family=Family.IMPERSONATION, weight=1.0, attack=Attack.INVOICE_FRAUD)
def reply_to_elsewhere(scene: Scene) -> Iterator[Evidence]:
    """Answers are led to another organisation than the sender's.

    Why:       the forger of an address needs the answer, and cannot receive it there.
    Innocent:  mailing lists, ticket desks, newsletters; a Reply-To this sender used before.
    Misses:    a taken-over mailbox, which needs no other address.
    Source:    RFC 5322 §3.6.2; ATT&CK T1566.
    """
    if scene.facts.bulk.list_id or returned(scene):
        return
    habit = scene.history.sender.habit
    for reply in scene.facts.reply_to:
        if not reply.elsewhere or reply.own or habit.axes.get("reply_to", {}).get(reply.address):
            continue
        strength = 0.3 if scene.facts.bulk.unsubscribe else 1.0
        yield Evidence(reply.place, f"answers go to {reply.address}, not to {scene.facts.sender.domain}", strength)

"""Detector: A known sender wants the answer somewhere he never wanted it."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import ENOUGH_MAILS


@detector(family=Family.BEHAVIOUR, weight=2.5, attack=Attack.INVOICE_FRAUD)
def reply_to_never_used(scene: Scene) -> Iterator[Evidence]:
    """A known sender wants the answer somewhere he never wanted it.

    Why:       the From is forged or stolen, the answer must reach the thief.
    Innocent:  a colleague who answers for another; a new ticket desk.
    Misses:    thieves who read the stolen mailbox itself.
    Source:    RFC 5322 §3.6.2; FBI IC3 PSA I-091124-PSA.
    """
    habit = scene.history.sender.habit
    if habit.mails < ENOUGH_MAILS or scene.facts.bulk.list_id:
        return
    used = habit.axes.get("reply_to", {})
    for reply in scene.facts.reply_to:
        if reply.address not in used and reply.elsewhere and not reply.own:
            says = f"answers go to {reply.address}, never so in {habit.mails:.0f} mails"
            yield Evidence(reply.place, says, 0.5 if scene.history.reply_to.established else 1.0)

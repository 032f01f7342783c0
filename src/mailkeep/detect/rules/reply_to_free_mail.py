"""Detector: A business address wants its answers in a free mailbox."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import returned


@detector(family=Family.IMPERSONATION, weight=1.8, attack=Attack.BEC)
def reply_to_free_mail(scene: Scene) -> Iterator[Evidence]:
    """A business address wants its answers in a free mailbox.

    Why:       forged or taken-over addresses are read elsewhere: in a mailbox that costs nothing.
    Innocent:  small firms whose web form sends for them; a Reply-To this sender used before.
    Misses:    forgers with a domain of their own.
    Source:    FBI IC3 PSA I-091124-PSA; ATT&CK T1585.002.
    """
    if scene.facts.bulk.list_id or scene.facts.sender.free_mail or returned(scene):
        return
    habit = scene.history.sender.habit
    for reply in scene.facts.reply_to:
        if reply.free_mail and not habit.axes.get("reply_to", {}).get(reply.address):
            yield Evidence(reply.place, f"{scene.facts.sender.address} wants answers at {reply.address}")

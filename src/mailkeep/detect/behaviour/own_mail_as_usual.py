"""Detector: one of our own accounts writes as it always does."""

from collections.abc import Iterator

from mailkeep.detect.asks import new_links
from mailkeep.detect.scene import Evidence, Family, Scene, detector
from mailkeep.detect.standing import ENOUGH_MAILS, grave, oddities, ours


@detector(family=Family.TRUST, weight=-1.2)
def own_mail_as_usual(scene: Scene) -> Iterator[Evidence]:
    """One of our own accounts writes as it always does.

    Why:       most internal and outgoing mail is what it seems.
    Innocent:  this is a sign of innocence; it is bounded and never stops a scan.
    Misses:    a thief with the owner's habits, who asks for nothing.
    Source:    withheld when anything is odd, and from mail that does what taken-over mailboxes are used for.
    """
    if not ours(scene) or scene.history.sender.habit.mails < ENOUGH_MAILS or grave(scene) or oddities(scene):
        return
    if next(iter(new_links(scene)), None) is None:
        yield Evidence(scene.facts.sender.place, f"{scene.history.sender.habit.mails:.0f} mails like this before")

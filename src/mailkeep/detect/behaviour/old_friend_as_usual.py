"""Detector: A contact of long standing, vouched for, who writes as always."""

from collections.abc import Iterator

from mailkeep.detect.scene import Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, friend, grave, oddities


@detector(family=Family.TRUST, weight=-1.8)
def old_friend_as_usual(scene: Scene) -> Iterator[Evidence]:
    """A contact of long standing, vouched for, who writes as always.

    Why:       months of mail both ways cannot be made within a week.
    Innocent:  this is a sign of innocence; it is bounded and never stops a scan.
    Misses:    a thief who keeps all habits of the mailbox he stole, and asks for nothing.
    Source:    withheld when anything is odd, and from mail that does what taken-over mailboxes are used for.
    """
    if not friend(scene) or not authenticated(scene) or grave(scene) or oddities(scene):
        return
    pair = scene.history.pair if scene.history.pair.established else scene.history.sender
    says = f"{pair.received:.0f} mails from there and {pair.sent:.0f} to there over {pair.weeks} weeks"
    yield Evidence(scene.facts.sender.place, says, min(1.0, 0.4 + 0.05 * pair.weeks))

"""Detector: A domain whose mail always passed its checks fails them now."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import ENOUGH_MAILS
from mailkeep.kit.known import known


@detector(family=Family.SPOOFING, weight=3.0, attack=Attack.INVOICE_FRAUD)
def unvouched_for_once(scene: Scene) -> Iterator[Evidence]:
    """A domain whose mail always passed its checks fails them now.

    Why:       a forger can copy the address, not the signature.
    Innocent:  the domain's own mistakes; mail through a list or a forwarder.
    Misses:    domains that were careless before.
    Source:    RFC 7489 §3.1; RFC 7960.
    """
    habit = scene.history.domain.habit if scene.history.domain.known else scene.history.sender.habit
    passed = habit.share("auth", "pass")
    if habit.mails < ENOUGH_MAILS or not known(passed) or passed < 0.9 or scene.facts.bulk.list_id:
        return
    found = scene.facts.authentication
    if found.aligned is False:
        says = (
            f"{scene.facts.sender.domain} was vouched for in {passed:.0%} of {habit.mails:.0f} mails, not in this one"
        )
        yield Evidence(found.place, says, 0.4 if found.arc == "pass" else 1.0)

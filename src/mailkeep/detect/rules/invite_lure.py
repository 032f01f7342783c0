"""Detector: A calendar entry from somebody not known carries a lure."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.CONTENT, weight=1.5, attack=Attack.CREDENTIAL_PHISHING)
def invite_lure(scene: Scene) -> Iterator[Evidence]:
    """A calendar entry from somebody not known carries a lure.

    Why:       calendars take entries in by themselves, and nobody suspects an appointment.
    Innocent:  invitations of event platforms.
    Misses:    entries without any ask.
    Source:    ATT&CK T1566.002; RFC 5546 §3.2.2.
    """
    if friend(scene) or ours(scene) or not scene.message.invites:
        return
    ask = first_ask(scene, *LURES, "payment", "invoice", "call-back")
    if ask is not None:
        invite = scene.message.invites[0]
        yield Evidence(invite.place, f"the entry {invite.summary[:60]!r} says {quoted(ask)}")

"""Detector: A desk or a system seems to write from a free mailbox."""

from collections.abc import Iterator

from mailkeep.detect.asks import quoted, serious_ask
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, returned


@detector(family=Family.IMPERSONATION, weight=1.5, attack=Attack.CREDENTIAL_PHISHING)
def desk_on_free_mail(scene: Scene) -> Iterator[Evidence]:
    """A desk or a system seems to write from a free mailbox.

    Why:       no help desk, billing office or bank uses a mailbox anybody can have.
    Innocent:  clubs and one-person shops.
    Misses:    desks named only in the text.
    Source:    ATT&CK T1656.
    """
    sender = scene.facts.sender
    if not sender.free_mail or not sender.role or friend(scene) or returned(scene):
        return
    ask = serious_ask(scene)
    if ask is not None:
        yield Evidence(sender.place, f"{sender.address} speaks as a desk and says {quoted(ask)}")

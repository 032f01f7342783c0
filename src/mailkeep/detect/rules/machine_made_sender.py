"""Detector: the sender's address looks made by a machine, yet the mail asks a person for something."""

from collections.abc import Iterator

from mailkeep.detect.asks import quoted, serious_ask
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.IMPERSONATION, weight=1.0, attack=Attack.CREDENTIAL_PHISHING)
def machine_made_sender(scene: Scene) -> Iterator[Evidence]:
    """The sender's address looks made by a machine, yet the mail asks a person for something.

    Why:       senders made in bulk get random names.
    Innocent:  bounce and reply addresses of mail platforms, relays that hide an address.
    Misses:    random words of a dictionary.
    Source:    ATT&CK T1585.002.
    """
    sender = scene.facts.sender
    if not sender.random_local or friend(scene) or scene.facts.bulk.list_id:
        return
    ask = serious_ask(scene)
    if ask is not None:
        strength = 1.0 if not scene.facts.bulk.unsubscribe else 0.5
        yield Evidence(sender.place, f"{sender.address} looks machine-made and says {quoted(ask)}", strength)

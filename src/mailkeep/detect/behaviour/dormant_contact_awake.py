"""Detector: A contact silent for half a year wakes up with a link or an ask."""

from collections.abc import Iterator

from mailkeep.detect.asks import new_links, quoted, serious_ask
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.kit.known import known


@detector(family=Family.BEHAVIOUR, weight=1.8, attack=Attack.ACCOUNT_TAKEOVER)
def dormant_contact_awake(scene: Scene) -> Iterator[Evidence]:
    """A contact silent for half a year wakes up with a link or an ask.

    Why:       old mailboxes are sold by the thousand, and their address books are used at once.
    Innocent:  yearly bills, season's greetings, old friends.
    Misses:    mailboxes taken over while in use.
    Source:    ATT&CK T1586.002.
    """
    sender = scene.history.sender
    silent = sender.silent_days(scene.history.at)
    if not known(silent) or silent < 180 or sender.received + sender.sent <= 0:
        return
    ask, link = serious_ask(scene), next(iter(new_links(scene)), None)
    attached = next(
        (each for each in scene.facts.attachments if not each.true_type.startswith(("png", "jpg", "jpeg", "gif"))), None
    )
    if ask is None and link is None and attached is None:
        return
    what = (
        f"says {quoted(ask)}"
        if ask
        else f"leads to {link.registrable}"
        if link
        else f"brings {attached.name if attached else ''}"
    )
    strength = 0.4 + (0.3 if ask else 0.0) + (0.3 if link else 0.0)
    yield Evidence(scene.facts.sender.place, f"silent for {silent:.0f} days, now {what}", strength)

"""Detector: written from one free mailbox, to be answered to another."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, returned


@detector(family=Family.IMPERSONATION, weight=1.8, attack=Attack.SCAM)
def reply_to_twin_mailbox(scene: Scene) -> Iterator[Evidence]:
    """Written from one free mailbox, to be answered to another.

    Why:       mass fraud is sent from mailboxes that are soon closed, and collected in one that lives on.
    Innocent:  people who are moving from one mailbox to another.
    Misses:    senders who take the answer where they wrote from.
    Source:    RFC 5322 §3.6.2; Edelson, The 419 scam (Computers & Security 22, 2003).
    """
    sender = scene.facts.sender
    if not sender.free_mail or friend(scene) or scene.facts.bulk.list_id or returned(scene):
        return
    for reply in scene.facts.reply_to:
        if reply.free_mail:
            yield Evidence(reply.place, f"sent from {sender.address}, to be answered to {reply.address}")

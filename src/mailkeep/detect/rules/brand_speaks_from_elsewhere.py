"""Detector: A brand speaks in this mail, asks something, and leads to a domain that is not its own."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask, links_away, quoted, web_links
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.IMPERSONATION, weight=2.0, attack=Attack.CREDENTIAL_PHISHING)
def brand_speaks_from_elsewhere(scene: Scene) -> Iterator[Evidence]:
    """A brand speaks in this mail, asks something, and leads to a domain that is not its own.

    Why:       the letterhead is copied, the sender and the target cannot be.
    Innocent:  a partner announcing his use of the brand's product; a newsletter about the brand.
    Misses:    a brand that appears only in a remote picture.
    Source:    ATT&CK T1566.002, T1656.
    """
    sender = scene.facts.sender
    lure = first_ask(scene, *LURES, "invoice", "payment")
    away = next(iter(links_away(scene)), None) or next((link for link in web_links(scene) if not link.own), None)
    if sender.own or lure is None or (away is None and not scene.facts.codes):
        return
    if any(mention.legitimate for mention in scene.facts.brands):
        return
    for mention in scene.facts.brands:
        if mention.where == "footer":
            continue
        target = away.host if away else "a QR code"
        says = f"speaks as {mention.brand}, comes from {sender.domain}, says {quoted(lure)} and leads to {target}"
        yield Evidence(mention.place, says, 0.7 if mention.where == "body" else 1.0)

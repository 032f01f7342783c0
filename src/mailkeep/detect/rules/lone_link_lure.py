"""Detector: A few words, one link, and something to be done at once."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask, links_away, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, returned


@detector(family=Family.LINKS, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def lone_link_lure(scene: Scene) -> Iterator[Evidence]:
    """A few words, one link, and something to be done at once.

    Why:       a lure has nothing else to say.
    Innocent:  sign-up confirmations, short notes among friends.
    Misses:    lures dressed in long text.
    Source:    Verizon DBIR 2024 (median time to click); ATT&CK T1566.002.
    """
    links = {link.host: link for link in links_away(scene) if link.kind != "attachment"}
    lure = first_ask(scene, *LURES, "urgency", "invoice", "payment")
    if lure is None or len(links) != 1 or scene.facts.words.count > 80 or friend(scene) or returned(scene):
        return
    link = next(iter(links.values()))
    yield Evidence(link.place, f"{scene.facts.words.count} words, one link to {link.host}, and {quoted(lure)}")

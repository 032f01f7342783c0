"""Detector: A link to a foreign host carries the reader's own address."""

from collections.abc import Iterator

from mailkeep.detect.asks import links_away
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=1.5, attack=Attack.CREDENTIAL_PHISHING)
def link_made_for_recipient(scene: Scene) -> Iterator[Evidence]:
    """A link to a foreign host carries the reader's own address.

    Why:       the log-in page greets its victim and fills in the name; no honest link needs that on a foreign
               host.
    Innocent:  unsubscribe links and invitations of mail platforms.
    Misses:    links that carry a number instead.
    Source:    ATT&CK T1598.003.
    """
    bulk = scene.facts.bulk
    for link in links_away(scene):
        if not link.carries_recipient:
            continue
        counted = bool(bulk.platform or bulk.list_id) or bulk.unsubscribe or "unsub" in link.url.lower()
        yield Evidence(link.place, f"the link to {link.host} carries the reader's address", 0.2 if counted else 1.0)

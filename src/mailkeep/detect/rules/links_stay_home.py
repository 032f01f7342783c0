"""Detector: sender vouched for, and every link stays with him or with us."""

from collections.abc import Iterator

from mailkeep.detect.asks import web_links
from mailkeep.detect.scene import Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, grave


@detector(family=Family.TRUST, weight=-0.8)
def links_stay_home(scene: Scene) -> Iterator[Evidence]:
    """Sender vouched for, and every link stays with him or with us.

    Why:       a lure must lead away from the one it copies.
    Innocent:  this is a sign of innocence; it is bounded and never stops a scan.
    Misses:    pages on the sender's own, hijacked domain.
    Source:    RFC 7489 §3.1; the sign is withheld from mail that does what taken-over mailboxes are used for.
    """
    if not authenticated(scene) or grave(scene) or scene.facts.sender.free_mail:
        return
    if scene.facts.sender.resembles_own or scene.facts.sender.resembles_brand or scene.facts.sender.namesakes:
        return
    links = list(web_links(scene))
    if links and all(link.own or link.same_as_sender for link in links):
        yield Evidence(
            links[0].place,
            f"every link leads to {scene.facts.sender.registrable} or to us, and the sender is vouched for",
        )

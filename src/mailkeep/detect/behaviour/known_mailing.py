"""Detector: A mailing that has come for weeks."""

from collections.abc import Iterator

from mailkeep.detect.asks import subject_place
from mailkeep.detect.scene import Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, grave


@detector(family=Family.TRUST, weight=-0.8)
def known_mailing(scene: Scene) -> Iterator[Evidence]:
    """A mailing that has come for weeks.

    Why:       what many weeks of mail did no harm seldom starts to.
    Innocent:  this is a sign of innocence; it is bounded and never stops a scan.
    Misses:    a mail platform's account that was taken over.
    Source:    RFC 2919; withheld from mail that does what taken-over mailboxes are used for.
    """
    bulk, domain = scene.facts.bulk, scene.history.domain
    if not (bulk.list_id or bulk.unsubscribe) or not authenticated(scene) or grave(scene):
        return
    if domain.weeks >= 3 and domain.received >= 3:
        says = f"{domain.received:.0f} mails from {scene.facts.sender.registrable} over {domain.weeks} weeks"
        yield Evidence(subject_place(scene), says)

"""Detector: the sender's domain has a rule for forgeries, and this mail breaks it."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.SPOOFING, weight=1.5, attack=Attack.CREDENTIAL_PHISHING)
def dmarc_failed(scene: Scene) -> Iterator[Evidence]:
    """The sender's domain has a rule for forgeries, and this mail breaks it.

    Why:       DMARC fails when neither SPF nor DKIM speaks for the From domain.
    Innocent:  mailing lists and forwarders, which break signatures honestly.
    Misses:    domains without a DMARC record.
    Source:    RFC 7489 §6.6; RFC 7960 (indirect mail flows).
    """
    found = scene.facts.authentication
    if found.dmarc != "fail":
        return
    relayed = bool(scene.facts.bulk.list_id) or found.arc == "pass"
    yield Evidence(
        found.place,
        f"{found.authserv or 'the receiving host'}: dmarc=fail for {scene.facts.sender.domain}",
        0.2 if relayed else 1.0,
    )

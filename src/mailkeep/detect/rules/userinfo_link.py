"""Detector: A link hides its host behind a name before an @ sign."""

from collections.abc import Iterator

from mailkeep.detect.asks import web_links
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=2.5, attack=Attack.CREDENTIAL_PHISHING)
def userinfo_link(scene: Scene) -> Iterator[Evidence]:
    """A link hides its host behind a name before an @ sign.

    Why:       "https://bank.example@evil.test" opens evil.test.
    Innocent:  addresses with a log-in for machines, which do not belong in mail.
    Misses:    other ways to hide a host.
    Source:    RFC 3986 §7.6 (semantic attacks).
    """
    for link in web_links(scene):
        if link.userinfo:
            yield Evidence(link.place, f"what stands before the @ is not the host: the link leads to {link.host}")

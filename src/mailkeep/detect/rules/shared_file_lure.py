"""Detector: A file or contract waits behind a foreign link, sent by somebody not known."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, links_away, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.CONTENT, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def shared_file_lure(scene: Scene) -> Iterator[Evidence]:
    """A file or contract waits behind a foreign link, sent by somebody not known.

    Why:       the page before the file asks for the log-in.
    Innocent:  new partners who share files through a service.
    Misses:    files shared by a taken-over partner, which the behaviour detectors see.
    Source:    ATT&CK T1566.002; APWG Phishing Activity Trends.
    """
    ask = first_ask(scene, "file-share", "e-signature")
    if ask is None or friend(scene) or ours(scene) or any(mention.legitimate for mention in scene.facts.brands):
        return
    away = next(iter(links_away(scene)), None)
    if away is not None:
        yield Evidence(ask.place, f"says {quoted(ask)} and leads to {away.host}", 1.0 if scene.facts.brands else 0.7)

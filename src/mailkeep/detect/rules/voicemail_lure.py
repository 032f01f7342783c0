"""Detector: A voice message or fax waits behind a foreign link or an attached page."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, links_away, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.CONTENT, weight=1.5, attack=Attack.CREDENTIAL_PHISHING)
def voicemail_lure(scene: Scene) -> Iterator[Evidence]:
    """A voice message or fax waits behind a foreign link or an attached page.

    Why:       the office telephone is believed, and the log-in before it too.
    Innocent:  telephone systems that send from their own or our domain.
    Misses:    messages attached as sound.
    Source:    Zscaler ThreatLabz, voicemail-themed phishing (2022); ATT&CK T1566.
    """
    ask = first_ask(scene, "voicemail")
    if ask is None or friend(scene) or ours(scene):
        return
    page = any(each.true_type == "html" or each.extension in {"html", "htm", "svg"} for each in scene.facts.attachments)
    if page or scene.facts.codes or any(True for _ in links_away(scene)):
        yield Evidence(ask.place, f"says {quoted(ask)}, from {scene.facts.sender.domain}")

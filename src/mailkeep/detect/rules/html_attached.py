"""Detector: A web page is attached, in a mail from somebody not known."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.ATTACHMENTS, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def html_attached(scene: Scene) -> Iterator[Evidence]:
    """A web page is attached, in a mail from somebody not known.

    Why:       pages open in the browser without an address to judge them by.
    Innocent:  ticket systems, bounces and fax services.
    Misses:    pages inside an archive.
    Source:    ATT&CK T1566.001; Barracuda, Threat Spotlight: HTML attachments (2023).
    """
    if friend(scene) or ours(scene) or scene.facts.bulk.bounce:
        return
    for each in scene.facts.attachments:
        if each.extension in {"html", "htm", "shtml", "xhtml", "svg", "mht", "mhtml"} or each.true_type == "html":
            lure = first_ask(scene, *LURES, "open-attachment", "invoice", "payment")
            yield Evidence(each.place, f"{each.name or 'an attached file'} opens in the browser", 1.0 if lure else 0.5)

"""Detector: A QR code leads to a web page."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=2.2, attack=Attack.CREDENTIAL_PHISHING)
def code_leads_away(scene: Scene) -> Iterator[Evidence]:
    """A QR code leads to a web page.

    Why:       a code moves the reader to a phone, where no filter watches.
    Innocent:  tickets, invoices that can be paid by app, conference badges.
    Misses:    codes broken into pieces or drawn in colours no reader decodes.
    Source:    ATT&CK T1566.002; HP Wolf Security, Threat Insights Report Q4 2022.
    """
    lure = first_ask(scene, *LURES, "urgency")
    for code in scene.facts.codes:
        if not code.is_url:
            continue
        few = scene.facts.words.count < 40
        strength = 1.0 if lure else 0.8 if few and not scene.facts.bulk.unsubscribe else 0.4
        clause = f", and the mail says {quoted(lure)}" if lure else ""
        yield Evidence(code.place, f"the code leads to {code.payload[:80]}{clause}", strength)

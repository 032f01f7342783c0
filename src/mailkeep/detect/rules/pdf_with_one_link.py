"""Detector: an attached PDF has few words and one link out."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.ATTACHMENTS, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def pdf_with_one_link(scene: Scene) -> Iterator[Evidence]:
    """An attached PDF has few words and one link out.

    Why:       the link was moved into the file because filters read the mail.
    Innocent:  vouchers and tickets.
    Misses:    PDFs whose link is a QR code, which code-leads-away sees.
    Source:    ATT&CK T1566.001; Cofense, PDF lures (2024).
    """
    if friend(scene) or ours(scene):
        return
    for each in scene.facts.attachments:
        if each.true_type != "pdf" or not 1 <= len(each.urls) <= 2 or len(each.text.split()) > 80:
            continue
        yield Evidence(
            each.place, f"{each.name} holds {len(each.text.split())} words and a link to {each.urls[0][:80]}"
        )

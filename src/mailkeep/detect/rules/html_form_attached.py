"""Detector: an attached page asks for something to be typed in."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.ATTACHMENTS, weight=3.0, attack=Attack.CREDENTIAL_PHISHING)
def html_form_attached(scene: Scene) -> Iterator[Evidence]:
    """An attached page asks for something to be typed in.

    Why:       a log-in page on the reader's own disk has no address to be checked or blocked.
    Innocent:  secure-mail portals that send a page to log in with.
    Misses:    pages that build the form by script, which html-smuggling sees.
    Source:    ATT&CK T1566.001, T1598.002.
    """
    for each in scene.facts.attachments:
        if each.html_form:
            yield Evidence(each.place, f"{each.name} is a page with a form")

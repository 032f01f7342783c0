"""Detector: the mail itself holds a form to be filled in."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask, web_links
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LINKS, weight=1.8, attack=Attack.CREDENTIAL_PHISHING)
def form_in_mail(scene: Scene) -> Iterator[Evidence]:
    """The mail itself holds a form to be filled in.

    Why:       what is typed goes straight to the target, with no page to look at.
    Innocent:  surveys and search boxes of newsletters.
    Misses:    forms in attached files, which html-form-attached sees.
    Source:    ATT&CK T1598.
    """
    lure = first_ask(scene, *LURES, "personal-data")
    for link in web_links(scene):
        if link.kind == "form":
            strength = 1.0 if lure else 0.3 if link.same_as_sender or scene.facts.bulk.unsubscribe else 0.7
            yield Evidence(link.place, f"what is typed into the mail goes to {link.host}", strength)

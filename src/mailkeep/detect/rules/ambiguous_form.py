"""Detector: the mail is built so that two programs read it differently."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.FORM, weight=1.2, attack=Attack.MALWARE)
def ambiguous_form(scene: Scene) -> Iterator[Evidence]:
    """The mail is built so that two programs read it differently.

    Why:       what the filter takes for text is an attachment to the mail program.
    Innocent:  old or home-made mailers.
    Misses:    tricks in the attached files themselves.
    Source:    Ullrich, mime-is-broken (2015-2018); Zhang et al., Inbox Invasion (CCS 2024).
    """
    for trick in scene.facts.tricks:
        if trick.kind == "malformed-mime":
            yield Evidence(trick.place, trick.says, 1.0 if scene.facts.attachments else 0.5)

"""Detector: A short "are you at your desk?" from somebody not known here."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted, web_links
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours, stranger


@detector(family=Family.CONTENT, weight=1.8, attack=Attack.BEC)
def availability_opener(scene: Scene) -> Iterator[Evidence]:
    """A short "are you at your desk?" from somebody not known here.

    Why:       the opener holds nothing a filter could catch, and the answer shows a willing victim.
    Innocent:  recruiters and guests who look for a free minute.
    Misses:    openers from a taken-over mailbox.
    Source:    ATT&CK T1598; FBI IC3 PSA I-091124-PSA.
    """
    ask = first_ask(scene, "availability")
    if ask is None or ours(scene) or friend(scene) or scene.facts.words.count > 80 or scene.facts.bulk.unsubscribe:
        return
    if not any(True for _ in web_links(scene)):
        who = scene.facts.sender.namesakes or scene.facts.sender.free_mail or stranger(scene)
        yield Evidence(ask.place, f"{scene.facts.words.count} words, no link, and {quoted(ask)}", 1.0 if who else 0.6)

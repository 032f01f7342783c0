"""Detector: words are taken apart, and put together again only for the eye."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONCEALMENT, weight=1.2, attack=Attack.CREDENTIAL_PHISHING)
def split_words(scene: Scene) -> Iterator[Evidence]:
    """Words are taken apart, and put together again only for the eye.

    Why:       a filter that looks for "password" does not find "p<i></i>assword".
    Innocent:  editors that leave such seams in a word or two.
    Misses:    synonyms.
    Source:    ATT&CK T1027.
    """
    for trick in scene.facts.tricks:
        if trick.kind == "split-words":
            yield Evidence(trick.place, trick.says)

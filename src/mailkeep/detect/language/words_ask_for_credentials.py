"""Detector: the words read like a hunt for log-in or card data."""

from collections.abc import Iterator

from mailkeep.detect.language.opinion import opinion
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LANGUAGE, weight=1.0, attack=Attack.CREDENTIAL_PHISHING)
def words_ask_for_credentials(scene: Scene) -> Iterator[Evidence]:
    """The words read like a hunt for log-in or card data.

    Why:       a bait that ends at a log-in page has to tell some story of a full mailbox, a locked account, a
               waiting parcel.
    Innocent:  real notices of services, which share the vocabulary and not the threat; those weigh little by other
               signs.
    Misses:    one-line mails that are all picture or link.
    Source:    own model (`mailkeep lab train`); ATT&CK T1598.003.
    """
    yield from opinion(scene, "credential", "a hunt for log-in data")

"""Detector: the words read like an order to move money by someone who is not who they say."""

from collections.abc import Iterator

from mailkeep.detect.language.opinion import opinion
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.LANGUAGE, weight=1.5, attack=Attack.BEC)
def words_of_payment_fraud(scene: Scene) -> Iterator[Evidence]:
    """The words read like an order to move money by someone who is not who they say.

    Why:       payment fraud needs no link and no file, only a story: are you free, keep it quiet, our account has
               changed.
    Innocent:  real orders of a chief or a vendor, which history and the sender's address speak for.
    Misses:    fraud that answers inside a real thread in few words.
    Source:    own model (`mailkeep lab train`); ATT&CK T1534; FBI IC3 business e-mail compromise.
    """
    yield from opinion(scene, "payment", "payment fraud")

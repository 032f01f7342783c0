"""Detector: one of our own accounts sends a log-in lure that leads outside."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, SIGN_IN, first_ask, new_links, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import ours


@detector(family=Family.BEHAVIOUR, weight=3.2, attack=Attack.ACCOUNT_TAKEOVER)
def lateral_lure(scene: Scene) -> Iterator[Evidence]:
    """One of our own accounts sends a log-in lure that leads outside.

    Why:       a stolen account is used at once to steal the next, because colleagues believe each other.
    Innocent:  a colleague who passes on a survey or warns of a phish.
    Misses:    lures that hold a file instead of a link.
    Source:    Ho et al. (USENIX Security 2019); ATT&CK T1534.
    """
    lure = first_ask(scene, *LURES)
    if lure is None or not ours(scene):
        return
    wide = len(scene.message.recipients) >= 5 or scene.history.new_recipients >= 3
    for link in new_links(scene):
        risky = (
            wide or link.login_words or link.free_host or link.rare_suffix or link.random_host or lure.kind in SIGN_IN
        )
        yield Evidence(
            link.place,
            f"{scene.facts.sender.address} says {quoted(lure)} and leads to {link.registrable}",
            1.0 if risky else 0.6,
        )
    if scene.facts.codes and scene.history.speaks:
        yield Evidence(
            scene.facts.codes[0].place, f"{scene.facts.sender.address} says {quoted(lure)} above a QR code", 0.8
        )

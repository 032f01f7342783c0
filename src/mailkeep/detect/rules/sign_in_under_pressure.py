"""Detector: the mail presses the reader to sign in or lose an account."""

from collections.abc import Iterator

from mailkeep.detect.asks import SIGN_IN, first_ask, links_away, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, ours


@detector(family=Family.CONTENT, weight=2.0, attack=Attack.CREDENTIAL_PHISHING)
def sign_in_under_pressure(scene: Scene) -> Iterator[Evidence]:
    """The mail presses the reader to sign in or lose an account.

    Why:       haste keeps people from looking at the address.
    Innocent:  real warnings of services, which rarely threaten and link to their own pages.
    Misses:    lures without pressure.
    Source:    ATT&CK T1598.003; NIST TN 2276 (Phish Scale).
    """
    ask = first_ask(scene, *SIGN_IN)
    press = first_ask(scene, "urgency") or first_ask(scene, "account-suspended")
    if ask is None or press is None or ours(scene):
        return
    home = authenticated(scene) and not any(True for _ in links_away(scene))
    yield Evidence(ask.place, f"says {quoted(ask)} and presses: {quoted(press)}", 0.3 if home else 1.0)

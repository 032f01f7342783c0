"""Detector: the mail presses the reader to sign in or lose an account."""

from collections.abc import Iterator

from mailkeep.detect.asks import SIGN_IN, first_ask, links_away, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, ours, returned


@detector(family=Family.CONTENT, weight=2.0, attack=Attack.CREDENTIAL_PHISHING)
def sign_in_under_pressure(scene: Scene) -> Iterator[Evidence]:
    """The mail presses the reader to sign in or lose an account.

    Why:       haste keeps people from looking at the address.
    Innocent:  real warnings of services, which rarely threaten and link to their own pages.
    Misses:    lures without pressure.
    Source:    ATT&CK T1598.003; NIST TN 2276 (Phish Scale).
    """
    ask = first_ask(scene, *SIGN_IN)
    if ask is None or ours(scene) or returned(scene):
        return
    # one phrase ("your mailbox is full") can be both the ask and its pressure: two are wanted
    press = next(
        (each for each in scene.facts.words.asks_for("urgency", "account-suspended") if each.quote != ask.quote), None
    )
    if press is None:
        return
    home = authenticated(scene) and not any(True for _ in links_away(scene))
    vouched = authenticated(scene) and not scene.facts.sender.free_mail
    yield Evidence(
        ask.place, f"says {quoted(ask)} and presses: {quoted(press)}", 0.2 if home else 0.7 if vouched else 1.0
    )

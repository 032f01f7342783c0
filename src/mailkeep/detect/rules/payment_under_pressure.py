"""Detector: the mail wants money sent, quickly or quietly."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONTENT, weight=1.8, attack=Attack.BEC)
def payment_under_pressure(scene: Scene) -> Iterator[Evidence]:
    """The mail wants money sent, quickly or quietly.

    Why:       haste and silence keep the payer from asking anybody.
    Innocent:  reminders of real debts, which are in haste but never secret.
    Misses:    patient fraud.
    Source:    FBI IC3 PSA I-091124-PSA; ATT&CK T1657.
    """
    ask = first_ask(scene, "payment", "crypto")
    hush, haste = first_ask(scene, "secrecy"), first_ask(scene, "urgency")
    if ask is None or not (hush or haste):
        return
    press = hush or haste
    if press is not None:
        strength = 1.0 if hush else 0.6 if not scene.facts.bulk.unsubscribe else 0.2
        yield Evidence(ask.place, f"says {quoted(ask)} and {quoted(press)}", strength)

"""Detector: the mail asks to pay a salary into another account."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.CONTENT, weight=2.2, attack=Attack.BEC)
def payroll_change(scene: Scene) -> Iterator[Evidence]:
    """The mail asks to pay a salary into another account.

    Why:       the month's pay goes to the thief before anybody misses it.
    Innocent:  people who do change banks, and ask by the form that payroll gave them.
    Misses:    changes made in the payroll portal with a stolen log-in.
    Source:    FBI IC3 PSA I-091818-PSA (payroll diversion).
    """
    ask = first_ask(scene, "payroll-change")
    if ask is not None:
        yield Evidence(ask.place, f"says {quoted(ask)}", 0.7 if ours(scene) and friend(scene) else 1.0)

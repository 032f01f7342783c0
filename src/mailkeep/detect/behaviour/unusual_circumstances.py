"""Detector: A known sender asks for something, from a place, at an hour or with a program never used."""

from collections.abc import Iterator

from mailkeep.detect.asks import quoted, serious_ask
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import oddities


@detector(family=Family.BEHAVIOUR, weight=2.5, attack=Attack.ACCOUNT_TAKEOVER)
def unusual_circumstances(scene: Scene) -> Iterator[Evidence]:
    """A known sender asks for something, from a place, at an hour or with a program never used.

    Why:       who holds a stolen mailbox has its address, not its owner's habits.
    Innocent:  travellers, a new telephone, a new office.
    Misses:    thieves who work through the owner's own machine.
    Source:    ATT&CK T1078, T1586.002; Stringhini, Thonnard: That Ain't You (DIMVA 2015).
    """
    ask = serious_ask(scene)
    if ask is None or not scene.history.sender.known:
        return
    odd = oddities(scene)
    if len(odd) >= 2:
        yield Evidence(
            scene.facts.sender.place, f"{'; '.join(odd)}; and says {quoted(ask)}", min(1.0, 0.3 + 0.25 * len(odd))
        )

"""Detector: A known sender asks for something grave that he never asked for."""

from collections.abc import Iterator

from mailkeep.detect.asks import MONEY, SIGN_IN, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import ENOUGH_MAILS, never


@detector(family=Family.BEHAVIOUR, weight=1.8, attack=Attack.ACCOUNT_TAKEOVER)
def never_asked_before(scene: Scene) -> Iterator[Evidence]:
    """A known sender asks for something grave that he never asked for.

    Why:       a taken-over mailbox is known by its new wishes.
    Innocent:  every honest first time.
    Misses:    senders who ask for such things all the time.
    Source:    Cidon et al. (USENIX Security 2019); ATT&CK T1586.002.
    """
    habit = scene.history.sender.habit
    for ask in scene.facts.words.asks_for(*MONEY, *SIGN_IN, "personal-data", "file-share"):
        if habit.mails >= ENOUGH_MAILS * 2 and never(habit, "ask", ask.kind):
            yield Evidence(ask.place, f"says {quoted(ask)}, never asked in {habit.mails:.0f} mails")

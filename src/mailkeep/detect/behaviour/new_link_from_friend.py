"""Detector: A friend lures to a domain that nobody established ever sent."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask, new_links, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, never


@detector(family=Family.BEHAVIOUR, weight=2.0, attack=Attack.ACCOUNT_TAKEOVER)
def new_link_from_friend(scene: Scene) -> Iterator[Evidence]:
    """A friend lures to a domain that nobody established ever sent.

    Why:       a taken-over friend is trusted by everybody, lists included.
    Innocent:  friends who found something new; then no log-in is asked for.
    Misses:    lures on services that friends use as well.
    Source:    ATT&CK T1586.002, T1534.
    """
    lure = first_ask(scene, *LURES, "invoice")
    if lure is None or not friend(scene):
        return
    habit = scene.history.sender.habit
    for link in new_links(scene):
        fresh = never(habit, "ask", lure.kind)
        says = f"a known sender says {quoted(lure)} and leads to {link.registrable}, where nobody we know ever led"
        yield Evidence(link.place, says, 1.0 if fresh or link.login_words or link.free_host else 0.6)

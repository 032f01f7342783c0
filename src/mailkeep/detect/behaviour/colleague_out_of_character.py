"""Detector: A colleague's account does several things at once that it never did."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, MONEY, first_ask, new_links, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import ENOUGH_MAILS, never, oddities, ours


@detector(family=Family.BEHAVIOUR, weight=3.5, attack=Attack.ACCOUNT_TAKEOVER)
def colleague_out_of_character(scene: Scene) -> Iterator[Evidence]:
    """A colleague's account does several things at once that it never did.

    Why:       a thief inside has the address book, but neither the hours nor the habits.
    Innocent:  a colleague on a journey who invites everybody to something.
    Misses:    a thief who writes one mail to one person.
    Source:    Ho et al. (USENIX Security 2019); ATT&CK T1534.
    """
    if not ours(scene) or scene.history.sender.habit.mails < ENOUGH_MAILS:
        return
    odd = list(oddities(scene))
    link = next(iter(new_links(scene)), None)
    if link is not None:
        odd.append(f"leads to {link.registrable}, where nobody was ever sent")
    if scene.history.new_recipients >= 8:
        odd.append(f"{scene.history.new_recipients} recipients never written to before")
    ask = first_ask(scene, *LURES, *MONEY)
    if ask is not None and never(scene.history.sender.habit, "ask", ask.kind):
        odd.append(f"says {quoted(ask)}, never asked before")
    if len(odd) >= 3 and (ask is not None or link is not None):
        yield Evidence(scene.facts.sender.place, "; ".join(odd), min(1.0, 0.25 * len(odd)))

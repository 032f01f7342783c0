"""Detector: A business partner we know wants his money elsewhere from now on."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import ours
from mailkeep.kit.known import known


@detector(family=Family.BEHAVIOUR, weight=3.0, attack=Attack.INVOICE_FRAUD)
def new_bank_details_of_known_vendor(scene: Scene) -> Iterator[Evidence]:
    """A business partner we know wants his money elsewhere from now on.

    Why:       vendor fraud comes through the vendor's own, stolen mailbox, in a real thread, with every check
               passed.
    Innocent:  partners who do change banks; a call to the known number settles it.
    Misses:    a number changed without a word.
    Source:    FBI IC3 2024 report, vendor e-mail compromise; ATT&CK T1657.
    """
    ask = first_ask(scene, "bank-change")
    if ask is None or ours(scene) or not (scene.history.domain.known or scene.history.sender.known):
        return
    before = scene.history.sender.habit.share("ask", "bank-change")
    said_before = known(before) and before > 0.1
    since = scene.history.sender.first_seen or scene.history.domain.first_seen
    clause = f"known since {since:%B %Y}, " if since else ""
    yield Evidence(ask.place, f"{clause}now says {quoted(ask)}", 0.4 if said_before else 1.0)

"""Detector: the mail asks to pay into another account than before."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.CONTENT, weight=1.8, attack=Attack.INVOICE_FRAUD)
def bank_details_change(scene: Scene) -> Iterator[Evidence]:
    """The mail asks to pay into another account than before.

    Why:       one changed line on an invoice is the whole crime.
    Innocent:  firms do change banks; a call to the known number settles it.
    Misses:    a changed number on an invoice without a word about it.
    Source:    FBI IC3 PSA I-091124-PSA; ATT&CK T1657.
    """
    ask = first_ask(scene, "bank-change")
    if ask is not None:
        account = next((each for each in scene.facts.identifiers if each.kind in {"iban", "bank-account"}), None)
        clause = f", with the account {account.value[:8]}…" if account else ""
        yield Evidence(ask.place, f"says {quoted(ask)}{clause}", 1.0 if account else 0.8)

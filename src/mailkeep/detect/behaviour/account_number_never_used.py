"""Detector: A known firm names a bank account that none of its mails named before."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import ours
from mailkeep.profile.keys import tag

KINDS = frozenset(
    {
        "iban", "bank-account", "wallet",
    }
)  # fmt: skip


@detector(family=Family.BEHAVIOUR, weight=2.8, attack=Attack.INVOICE_FRAUD)
def account_number_never_used(scene: Scene) -> Iterator[Evidence]:
    """A known firm names a bank account that none of its mails named before.

    Why:       the changed number is the crime, whether the words speak of a change or not.
    Innocent:  firms with several accounts, which a call to the known number confirms.
    Misses:    numbers inside pictures or scanned files; firms that never named an account in the mail.
    Source:    FBI IC3 2024 report, vendor e-mail compromise; ATT&CK T1657.
    """
    if ours(scene) or scene.facts.bulk.list_id:
        return
    habit = scene.history.domain.habit if scene.history.domain.known else scene.history.sender.habit
    before = habit.axes.get("account", {})
    for each in scene.facts.identifiers:
        if each.kind in KINDS and before and tag(each.value) not in before:
            says = f"names the account {each.value[:8]}…, where {len(before)} other was named before"
            yield Evidence(each.place, says)

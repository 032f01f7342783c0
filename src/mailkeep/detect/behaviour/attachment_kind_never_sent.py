"""Detector: A known sender attaches a kind of file he never sent."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import ENOUGH_MAILS

RISKY = frozenset(
    {
        "html", "htm", "svg", "zip", "rar", "7z", "iso", "img", "vhd", "one", "lnk", "js", "vbs", "exe",
        "docm", "xlsm", "pptm", "xls", "doc", "rtf",
    }
)  # fmt: skip


@detector(family=Family.BEHAVIOUR, weight=1.5, attack=Attack.MALWARE)
def attachment_kind_never_sent(scene: Scene) -> Iterator[Evidence]:
    """A known sender attaches a kind of file he never sent.

    Why:       who holds a stolen mailbox sends what he needs, not what is usual.
    Innocent:  the first archive of a new project.
    Misses:    thieves who send the usual kind, poisoned.
    Source:    Duman et al., EmailProfiler (COMPSAC 2016); ATT&CK T1566.001.
    """
    habit = scene.history.sender.habit
    for each in scene.facts.attachments:
        kind = each.extension or each.true_type
        if (
            kind in RISKY
            and habit.mails >= ENOUGH_MAILS * 2
            and not habit.axes.get("attachment", {}).keys() & {kind, each.true_type}
        ):
            yield Evidence(each.place, f"{each.name}: never sent a .{kind} in {habit.mails:.0f} mails")

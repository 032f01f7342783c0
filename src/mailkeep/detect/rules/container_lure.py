"""Detector: A disk image, shortcut or notebook is attached."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector

KINDS = frozenset(
    {
        "iso", "img", "vhd", "vhdx", "udf", "lnk", "url", "one", "onepkg", "wim", "scf", "library-ms",
        "searchconnector-ms", "settingcontent-ms", "rdp",
    }
)  # fmt: skip


@detector(family=Family.ATTACHMENTS, weight=2.5, attack=Attack.MALWARE)
def container_lure(scene: Scene) -> Iterator[Evidence]:
    """A disk image, shortcut or notebook is attached.

    Why:       such containers carry programs past the mark that downloads bear.
    Innocent:  administrators among themselves.
    Misses:    containers behind a link, which program-behind-link sees.
    Source:    ATT&CK T1553.005 (mark-of-the-web bypass), T1204.002.
    """
    for each in scene.facts.attachments:
        if each.extension in KINDS or each.true_type in KINDS:
            yield Evidence(each.place, f"{each.name} is a container that opens as a folder or runs ({each.true_type})")

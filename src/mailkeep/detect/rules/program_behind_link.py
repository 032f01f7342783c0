"""Detector: A link downloads a program, a disk image or an archive."""

from collections.abc import Iterator

from mailkeep.detect.asks import LURES, first_ask, links_away
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector

RUNS = frozenset(
    {
        "exe", "scr", "com", "pif", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "msi",
        "msix", "jar", "lnk", "iso", "img", "vhd", "vhdx", "dll", "cpl", "apk",
    }
)  # fmt: skip
PACKS = frozenset(
    {
        "zip", "rar", "7z", "gz", "tgz", "cab", "ace", "arj", "one", "xlsm", "docm",
    }
)  # fmt: skip


@detector(family=Family.LINKS, weight=1.8, attack=Attack.MALWARE)
def program_behind_link(scene: Scene) -> Iterator[Evidence]:
    """A link downloads a program, a disk image or an archive.

    Why:       a file that is fetched passes no attachment filter.
    Innocent:  software makers and colleagues who share releases.
    Misses:    downloads whose name shows only after a redirect.
    Source:    ATT&CK T1204.002, T1566.002.
    """
    for link in links_away(scene):
        # LISTSERV's archive pages are served by a program of this name
        if link.file_kind in RUNS and "/wa.exe" not in link.url.lower():
            yield Evidence(link.place, f"downloads a .{link.file_kind} file from {link.host}")
        elif link.file_kind in PACKS and first_ask(scene, *LURES, "open-attachment", "invoice"):
            yield Evidence(link.place, f"downloads a .{link.file_kind} file from {link.host}", 0.5)

"""Detector: A link does not open a page: it runs code or reaches into the file system."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import ours

SCHEMES = frozenset(
    {
        "javascript", "vbscript", "data", "file", "smb", "search-ms", "ms-msdt", "ms-officecmd",
        "ms-appinstaller", "ms-word", "ms-excel",
    }
)  # fmt: skip


@detector(family=Family.LINKS, weight=2.5, attack=Attack.MALWARE)
def code_runs_from_link(scene: Scene) -> Iterator[Evidence]:
    """A link does not open a page: it runs code or reaches into the file system.

    Why:       such schemes start scripts, searches and programs on the reader's machine.
    Innocent:  internal mail that links to a file share.
    Misses:    pages that start such a scheme themselves.
    Source:    ATT&CK T1204.001, T1187; CVE-2022-30190 (ms-msdt).
    """
    for link in scene.facts.links:
        if link.scheme not in SCHEMES or link.kind in {"image", "text"}:
            continue
        share = link.scheme in {"file", "smb"} and (link.own or ours(scene))
        if not share:
            yield Evidence(link.place, f"opens a {link.scheme}: link")

"""Detector: an attached page builds its content by script."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend


@detector(family=Family.ATTACHMENTS, weight=2.8, attack=Attack.MALWARE)
def html_smuggling(scene: Scene) -> Iterator[Evidence]:
    """An attached page builds its content by script.

    Why:       the file or log-in page is put together on the reader's machine, past every filter.
    Innocent:  reports exported by analysis tools, secure-mail portals.
    Misses:    pages that only lead on, which html-attached sees.
    Source:    ATT&CK T1027.006.
    """
    for each in scene.facts.attachments:
        if each.html_script:
            yield Evidence(each.place, f"{each.name} puts itself together by script", 0.6 if friend(scene) else 1.0)

"""Detector: A file hides its kind behind a second ending or a reversed name."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.ATTACHMENTS, weight=3.5, attack=Attack.MALWARE)
def double_extension(scene: Scene) -> Iterator[Evidence]:
    """A file hides its kind behind a second ending or a reversed name.

    Why:       "invoice.pdf.exe" is shown as invoice.pdf.
    Innocent:  none known; honest double endings (.tar.gz) are not counted.
    Misses:    honest names on dangerous files.
    Source:    ATT&CK T1036.002, T1036.007.
    """
    for each in scene.facts.attachments:
        if each.double_extension:
            yield Evidence(each.place, f"{each.name!r} hides its ending")

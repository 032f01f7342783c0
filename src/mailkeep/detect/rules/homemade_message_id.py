"""Detector: the Message-ID was made on a machine without a name on the Internet, or is missing."""

from collections.abc import Iterator

from mailkeep.detect.scene import Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, ours
from mailkeep.mail import Place


@detector(family=Family.FORM, weight=0.8)
def homemade_message_id(scene: Scene) -> Iterator[Evidence]:
    """The Message-ID was made on a machine without a name on the Internet, or is missing.

    Why:       mail programs and hosts write a full one; kits and hijacked machines write what comes.
    Innocent:  printers, scanners and scripts inside a firm.
    Misses:    kits that copy a real host's name.
    Source:    RFC 5322 §3.6.4; SpamAssassin INVALID_MSGID, MISSING_MID.
    """
    if ours(scene) or authenticated(scene):
        return
    domain = scene.facts.origin.message_id_domain
    if domain and "." in domain.strip("."):
        return
    line = scene.message.header_line("Message-ID")
    place = Place("header", line.start, line.end, "Message-ID") if line else Place("header", label="Message-ID")
    says = f"the Message-ID ends in {domain!r}" if domain else "there is no usable Message-ID"
    yield Evidence(place, says, 1.0 if domain else 0.3)

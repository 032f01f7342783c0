"""Detector: the Date header is far from the moment the mail arrived."""

from collections.abc import Iterator

from mailkeep.detect.scene import Evidence, Family, Scene, detector
from mailkeep.kit.known import known
from mailkeep.mail import Place


@detector(family=Family.FORM, weight=0.6)
def clock_far_off(scene: Scene) -> Iterator[Evidence]:
    """The Date header is far from the moment the mail arrived.

    Why:       mass mailers write a wrong date, to stand on top of the inbox or by carelessness.
    Innocent:  a mail that waited in an outbox; a device without a clock.
    Misses:    mail whose believed hops bear no time.
    Source:    RFC 5322 §3.6.1.
    """
    skew = scene.facts.origin.clock_skew_s
    if known(skew) and abs(skew) > 36 * 3600:
        side = "after" if skew > 0 else "before"
        line = scene.message.header_line("Date")
        place = Place("header", line.start, line.end, "Date") if line else Place("header", label="Date")
        yield Evidence(place, f"dated {abs(skew) / 86_400:.0f} days {side} it arrived", 1.0 if skew > 0 else 0.5)

"""Detector: nobody is named as recipient, yet the mail asks the reader for something."""

from collections.abc import Iterator

from mailkeep.detect.asks import quoted, serious_ask
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours
from mailkeep.mail import Place


@detector(family=Family.CONTENT, weight=1.2, attack=Attack.SCAM)
def undisclosed_with_ask(scene: Scene) -> Iterator[Evidence]:
    """Nobody is named as recipient, yet the mail asks the reader for something.

    Why:       one mail goes to thousands of hidden addresses.
    Innocent:  mailing lists and invitations sent as blind copies.
    Misses:    mass mail that names each reader.
    Source:    RFC 5322 §3.6.3; SpamAssassin UNDISC_MONEY.
    """
    if not (scene.facts.direction.undisclosed or scene.facts.direction.to_self) or ours(scene):
        return
    ask = serious_ask(scene)
    if ask is not None and not scene.facts.bulk.list_id and not scene.facts.bulk.bounce:
        line = scene.message.header_line("To")
        place = Place("header", line.start, line.end, "To") if line else Place("header", label="To")
        how = "sent to itself" if scene.facts.direction.to_self else "no reader is named"
        yield Evidence(place, f"{how}, and the mail says {quoted(ask)}", 0.6 if friend(scene) else 1.0)

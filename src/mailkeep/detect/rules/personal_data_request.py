"""Detector: the mail asks for personal or staff data."""

from collections.abc import Iterator

from mailkeep.detect.asks import first_ask, quoted
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import authenticated, friend


@detector(family=Family.CONTENT, weight=1.2, attack=Attack.BEC)
def personal_data_request(scene: Scene) -> Iterator[Evidence]:
    """The mail asks for personal or staff data.

    Why:       tax forms and identity papers are sold, or open the next fraud.
    Innocent:  payroll, banks and authorities that have a duty to ask.
    Misses:    data collected by a form behind a link.
    Source:    IRS IR-2018-8 (W-2 scam); ATT&CK T1598.
    """
    ask = first_ask(scene, "personal-data")
    if ask is not None and not friend(scene):
        strength = 1.0 if scene.facts.sender.free_mail or not authenticated(scene) else 0.6
        yield Evidence(ask.place, f"says {quoted(ask)}", strength)

"""Detector: A colleague writes to many more people than on any usual day."""

from collections.abc import Iterator

from mailkeep.detect.asks import new_links, serious_ask
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import ours
from mailkeep.kit.known import known


@detector(family=Family.BEHAVIOUR, weight=2.0, attack=Attack.ACCOUNT_TAKEOVER)
def mass_mailing_colleague(scene: Scene) -> Iterator[Evidence]:
    """A colleague writes to many more people than on any usual day.

    Why:       a stolen account is emptied before it is locked.
    Innocent:  announcements by people who seldom make them.
    Misses:    thieves who take their time.
    Source:    Ho et al. (USENIX Security 2019); ATT&CK T1534.
    """
    usual = scene.history.daily_recipients
    if not ours(scene) or not known(usual):
        return
    today = scene.history.recipients_today + len(scene.message.recipients)
    if today < 30 or today < 5 * max(usual, 1.0):
        return
    if next(iter(new_links(scene)), None) is None and serious_ask(scene) is None and not scene.facts.attachments:
        return
    yield Evidence(scene.facts.sender.place, f"{today} recipients today, {usual:.0f} on a usual day")

"""Detector: everything there is to click leads to one house, and it is not the sender's."""

from collections.abc import Iterator

from mailkeep.detect.asks import web_links
from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector
from mailkeep.detect.standing import friend, ours


@detector(family=Family.LINKS, weight=1.0, attack=Attack.CREDENTIAL_PHISHING)
def only_link_leads_away(scene: Scene) -> Iterator[Evidence]:
    """Everything there is to click leads to one house, and it is not the sender's.

    Why:       a lure has one target, and its sender's address was made up or stolen elsewhere.
    Innocent:  people who recommend a page; invitations sent through a service.
    Misses:    lures that copy the brand's other links as decoration.
    Source:    ATT&CK T1566.002; Fette, Sadeh, Tomasic: Learning to Detect Phishing Emails (WWW 2007).
    """
    if (
        friend(scene)
        or ours(scene)
        or scene.facts.bulk.list_id
        or scene.facts.thread.has_quote
        or not scene.message.has_html
    ):
        return
    clicked = [link for link in web_links(scene) if link.kind in {"anchor", "area", "form"}]
    houses = {link.registrable for link in clicked}
    if len(houses) == 1 and not clicked[0].own and not clicked[0].same_as_sender:
        strength = (
            0.4 if clicked[0].registrable in scene.history.known_link_domains or scene.facts.bulk.unsubscribe else 1.0
        )
        yield Evidence(
            clicked[0].place,
            f"every click leads to {clicked[0].registrable}, the mail is {scene.facts.sender.registrable}'s",
            strength,
        )

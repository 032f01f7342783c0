"""Detector: the sender's domain is made to be taken for ours."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.IMPERSONATION, weight=4.0, attack=Attack.BEC)
def own_domain_lookalike(scene: Scene) -> Iterator[Evidence]:
    """The sender's domain is made to be taken for ours.

    Why:       a domain one letter off passes authentication, because it belongs to the attacker.
    Innocent:  a sister company or a former name of ours: state it among the own domains.
    Misses:    a lookalike of a partner's domain, which contact-lookalike sees.
    Source:    ATT&CK T1583.001; Unicode TS 39 §4 (confusables).
    """
    sender = scene.facts.sender
    likeness = sender.resembles_own
    if likeness is None or sender.own:
        return
    yield Evidence(
        sender.place, f"{sender.domain} looks like our {likeness.target} ({likeness.how})", max(0.4, likeness.closeness)
    )

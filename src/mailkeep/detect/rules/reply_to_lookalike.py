"""Detector: answers go to a domain that imitates a known partner's."""

from collections.abc import Iterator

from mailkeep.detect.scene import Attack, Evidence, Family, Scene, detector


@detector(family=Family.IMPERSONATION, weight=4.0, attack=Attack.INVOICE_FRAUD)
def reply_to_lookalike(scene: Scene) -> Iterator[Evidence]:
    """Answers go to a domain that imitates a known partner's.

    Why:       the forged From is the partner's own; only the answer goes to the twin.
    Innocent:  none known: a partner does not imitate itself.
    Misses:    lookalikes of partners met less than three weeks ago.
    Source:    FBI IC3 2024 report, vendor e-mail compromise.
    """
    for reply in scene.facts.reply_to:
        for likeness in scene.history.resembles:
            if likeness.domain == reply.registrable and likeness.domain != scene.facts.sender.registrable:
                says = f"answers go to {reply.domain}, which looks like {likeness.target} ({likeness.how})"
                yield Evidence(reply.place, says, max(0.4, likeness.closeness))

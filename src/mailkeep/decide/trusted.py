"""What the operator's trust in a sender is worth for one mail: a little, said aloud, and nothing when it could be abused."""

from mailkeep.decide.policy import MOST_TRUST, Policy, TrustedSender
from mailkeep.detect.scene import Evidence, Family, Scene, Signal
from mailkeep.detect.standing import authenticated, grave


def trusted_sender(scene: Scene, policy: Policy) -> tuple[Signal, ...]:
    """One signal of trust, -1 to 0 log-odds, to be judged beside the detectors'; empty when the trust does not hold.

    It does not hold for mail that is not authenticated, nor for mail that does what a taken-over mailbox is used for.
    """
    if not authenticated(scene) or grave(scene):
        return ()
    sender = scene.facts.sender
    named = next((each for each in policy.trusted_senders if _is(each, sender.address, sender.domain)), None)
    if named is None:
        return ()
    says = f"{named.sender} is under trusted_senders in {policy.source}: {named.why}"
    return (
        Signal(
            id="trusted-sender",
            family=Family.TRUST,
            weight=max(-MOST_TRUST, min(0.0, named.weight)),
            evidence=(Evidence(sender.place, says),),
            says="The operator trusts this sender",
        ),
    )


def _is(named: TrustedSender, address: str, domain: str) -> bool:
    if "@" in named.sender:
        return address == named.sender
    return domain == named.sender or domain.endswith("." + named.sender)

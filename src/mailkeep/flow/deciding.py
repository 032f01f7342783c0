"""From a judged scene to what is kept of it: the headline, the intents, the deeds they become."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from mailkeep.act.nouns import Action
from mailkeep.connect.port import Delivery, Ref
from mailkeep.decide.nouns import Intent, Verdict
from mailkeep.decide.policy import plan
from mailkeep.detect.scene import Scene
from mailkeep.flow.house import House
from mailkeep.flow.judging import Judge
from mailkeep.people.directory import Mailbox
from mailkeep.store.naming import deed_id
from mailkeep.store.nouns import Headline

MOST_RECIPIENTS = 50
MOST_TEXT = 500
"""Characters of a subject or name that are kept."""
BY_POLICY = "policy"


def headline(scene: Scene, delivery: Delivery) -> Headline:
    """What is kept of the mail itself: no word of its body."""
    message = scene.message
    return Headline(
        digest=message.digest,
        message_id=message.message_id,
        subject=message.subject[:MOST_TEXT],
        sender=(message.author.address or message.author.name)[:MOST_TEXT],
        recipients=tuple(to.address[:MOST_TEXT] for to in message.recipients[:MOST_RECIPIENTS] if to.address),
        received_at=delivery.received_at,
        way=scene.facts.direction.way.value,
        sent=delivery.sent,
    )


def wanted(house: House, judge: Judge, scene: Scene, verdict: Verdict, *, dry: bool) -> tuple[Intent, ...]:
    """What the policy wants done. Takes: `dry` when nothing may be touched here, whatever the policy says."""
    mailbox = judge.vantage.mailbox or Mailbox(id="", address="")
    intents = plan(verdict, scene.facts.direction, mailbox, house.bench.policy)
    if not (dry or house.dry_run):
        return intents
    return tuple(msgspec.structs.replace(intent, dry=True) for intent in intents)


def deeds_of(intents: Iterable[Intent], ref: Ref, verdict: str, at: datetime) -> tuple[Action, ...]:
    """The deeds that these intents become; the same intent always becomes the same deed."""
    return tuple(
        Action(
            id=deed_id(verdict, intent.act, "dry" if intent.dry else BY_POLICY),
            verdict=verdict,
            ref=ref,
            act=intent.act,
            because=intent.because,
            by=BY_POLICY,
            asked_at=at,
            dry=intent.dry,
        )
        for intent in intents
    )

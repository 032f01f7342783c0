"""A provider in memory that sends notices, sends mail, lists its promises and tells how its line is."""

from datetime import timedelta

import msgspec
from tests.flow.company import Clock
from tests.postbox import Postbox

from mailkeep.connect.port import Gone, Refused, Subscription
from mailkeep.connect.vitals import Vitals

WEEK = timedelta(days=7)


class Pushbox(Postbox):
    """Its promises hold for a week; `line` is what it says of its line, `grants` what it says was granted."""

    def __init__(self, *names, clock=None):
        super().__init__(*names)
        self.clock = clock or Clock()
        self.standing: dict[str, Subscription] = {}
        self.hooks = []
        self.line = Vitals()
        self.grants = ()
        self.refused: set[str] = set()

    async def subscribe(self, mailbox, hook):
        self._stumble("subscribe")
        if mailbox.id in self.refused:
            raise Refused(f"{mailbox.id}: the mailbox is disabled.")
        if any(each.mailbox == mailbox.id for each in self.standing.values()):
            raise Refused(f"{mailbox.id}: a subscription stands already.")
        self.hooks.append(hook)
        made = Subscription(
            mailbox=mailbox.id,
            id=f"s{len(self.hooks)}",
            expires_at=self.clock() + WEEK,
            seal=hook.seal.id if hook.seal else "",
        )
        self.standing[made.id] = made
        return made

    async def renew(self, subscription):
        self._stumble("renew")
        if subscription.id not in self.standing:
            raise Gone(f"{subscription.id}: there is no such subscription.")
        self.standing[subscription.id] = msgspec.structs.replace(subscription, expires_at=self.clock() + WEEK)
        return self.standing[subscription.id]

    async def unsubscribe(self, subscription):
        self._stumble("unsubscribe")
        self.standing.pop(subscription.id, None)

    async def promises(self):
        self._stumble("promises")
        return tuple(self.standing.values())

    async def send(self, mailbox, raw):
        self._stumble("send")
        self.post(mailbox.id, raw, at=self.clock())

    def vitals(self):
        return self.line

    async def granted(self):
        self._stumble("granted")
        return self.grants

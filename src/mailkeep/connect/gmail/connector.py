"""The mailboxes of a Google Workspace tenant, through the Gmail API.

Cursor: the history id up to which everything was handed over, mails that were named but not read yet, and while the first
listing goes on the token of its next page (`sync.py`). Where Gmail no longer knows that history the listing begins anew;
ids stay the same, so a mail that is handed over twice is recognised.

Gmail has labels, no folders; `labels.py` has the table. One request changes all labels of a mail at once, so an act is
done wholly or not at all.

| Act | Deed | Undo |
|---|---|---|
| quarantine | the hidden label `Mailkeep Quarantine` put on; INBOX, SPAM, TRASH, star, importance, category and the user's labels taken off | exactly the labels before |
| delete | TRASH put on; INBOX, SPAM and our quarantine taken off | exactly the labels before |
| flag | STARRED and the label `Mailkeep suspicious` put on | exactly the labels before |
| restore | the labels that differ put on and taken off; a removed label is made again | |

Limits: what lies in quarantine is still found by searching for it and in All Mail, for Gmail has no folder that a user
cannot see; Gmail empties the trash after 30 days, so quarantine is not trash. SENT cannot be taken off: a user's own letter
stays in Sent until it is deleted. A label renamed between act and undo comes back under its former name. Groups are no
mailboxes and are not read. With `metadata_only` a mail is its headers: nothing in the body, no link and no attachment is
seen, copies are found by Message-ID only if the remediate tier is set, and reading back to a date costs a question a mail.

Source: developers.google.com/workspace/gmail/api (guides sync, push, labels, handle-errors; reference quota),
/workspace/admin/directory, cloud.google.com/pubsub (pull).
"""  # noqa: E501 - a table's row is one line

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from datetime import datetime, timedelta

from mailkeep.connect.gmail.account import GmailAccount
from mailkeep.connect.gmail.acts import Acts, Marks
from mailkeep.connect.gmail.client import Client, Desk
from mailkeep.connect.gmail.granted import granted
from mailkeep.connect.gmail.labels import flagged, quarantined, restored, trashed
from mailkeep.connect.gmail.listing import all_ids, find, listed
from mailkeep.connect.gmail.pull import pulled
from mailkeep.connect.gmail.reader import Reader
from mailkeep.connect.gmail.sync import Sync, read_progress
from mailkeep.connect.gmail.wire import User, since_query
from mailkeep.connect.grants import Granted, Tier
from mailkeep.connect.http import Http
from mailkeep.connect.limits import Haste
from mailkeep.connect.port import (
    Delivery,
    Gone,
    Hook,
    Judged,
    Listed,
    Outcome,
    Page,
    Ref,
    Refused,
    State,
    Subscription,
    nothing_judged,
)
from mailkeep.connect.vitals import Vitals
from mailkeep.people.directory import Mailbox

__all__ = ["GmailAccount", "GmailTenant"]

STRANGE_FOR = timedelta(minutes=1)
MOST_STRANGERS = 10_000


class GmailTenant:
    """Every user's mailbox, or those that were named. Fits Connector, Sparing, Pushing, Sending, Granting and Vital."""

    kind = "google"

    def __init__(self, account: GmailAccount, http: Http | None = None) -> None:
        self.account = account
        self._http = http or Http()
        self._pull_http = Http(clock=self._http.clock)
        self._client = Client(account, self._http)
        self._reader = Reader(self._client)
        self._acts = Acts(self._reader)
        self._mailboxes: dict[str, Mailbox] = {}
        self._owners: dict[str, Mailbox] = {}
        """By address and alias."""
        self._strangers: dict[str, datetime] = {}
        """Mailbox ids and addresses that the directory did not have → until when it is not asked about them again."""
        self._listing = asyncio.Lock()
        self._judged: Judged = nothing_judged

    async def mailboxes(self) -> tuple[Mailbox, ...]:
        """Users who have a mailbox and are neither suspended nor archived; without an administrator those named."""
        if not self.account.admin:
            self._know((Mailbox(id=name, address=name.lower()), (name.lower(),)) for name in self.account.mailboxes)
            return tuple(self._mailboxes.values())
        named = frozenset(name.lower() for name in self.account.mailboxes)
        users = [user for user in await self._users() if user.reads_mail and (not named or named & {*user.addresses})]
        self._know((Mailbox(id=user.id, address=user.addresses[0]), user.addresses) for user in users)
        return tuple(self._mailboxes.values())

    async def count(self, mailbox: Mailbox, since: datetime | None = None) -> int:
        """How many mails lie there; with `since` those that the search gives, or all where none is allowed."""
        desk = _desk(mailbox, haste=Haste.SCAN)
        if since is not None and not self.account.metadata_only:
            return len(await all_ids(self._reader, desk, query=since_query(since)))
        total = (await self._client.profile(desk)).messages_total
        apart = [label for label in ("DRAFT", await self._reader.quarantine_label(desk)) if label]
        found = await asyncio.gather(*(self._carrying(desk, label) for label in apart))
        return max(0, total - sum(found))

    async def fetch(self, mailbox: Mailbox, cursor: str | None, *, limit: int, since: datetime | None = None) -> Page:
        """What the cursor has not covered: the listing newest first, then what arrived since in its order."""
        progress = read_progress(cursor, since)
        desk = _desk(mailbox, haste=Haste.SCAN if progress.listing else Haste.LIVE)
        return await Sync(self._reader, desk, progress, self._judged).page(limit)

    def spare(self, judged: Judged) -> None:
        """Mails with a verdict are not read again."""
        self._judged = judged

    async def again(self, ref: Ref) -> Delivery:
        """The mail, wherever it lies."""
        return (await self._reader.read(await self._desk_for(ref.mailbox), ref.id)).delivery

    async def listed(self, mailbox: Mailbox, since: datetime) -> tuple[Listed, ...]:
        """What lies there, asked anew."""
        return await listed(self._reader, _desk(mailbox, haste=Haste.SCAN), since)

    async def find(self, mailbox: Mailbox, message_id: str) -> tuple[Ref, ...]:
        """Every copy. The search is not open to gmail.metadata: the remediate tier looks then."""
        tier = Tier.REMEDIATE if self.account.metadata_only else Tier.OBSERVE
        return await find(self._reader, _desk(mailbox, tier), message_id)

    async def state(self, ref: Ref) -> State:
        """Its labels, as place and flags."""
        return await self._acts.state(await self._desk_for(ref.mailbox), ref)

    async def quarantine(self, ref: Ref) -> Outcome:
        """Under our hidden label alone."""
        return await self._act(ref, Tier.REMEDIATE, quarantined)

    async def delete(self, ref: Ref) -> Outcome:
        """Into the trash."""
        return await self._act(ref, Tier.REMEDIATE, trashed)

    async def flag(self, ref: Ref) -> Outcome:
        """With a star and our label."""
        return await self._act(ref, Tier.FLAG, flagged)

    async def restore(self, ref: Ref, state: State) -> Outcome:
        """As it was. Done by the remediate tier, and where there is none, such as after a flag, by the flag tier."""
        tier = Tier.REMEDIATE if Tier.REMEDIATE in self.account.keys else Tier.FLAG
        return await self._act(ref, tier, lambda marks: restored(marks, state))

    async def changes(self) -> AsyncGenerator[Mailbox, None]:
        """Every mailbox once, then those that notices pulled from Pub/Sub name; without a subscription nothing more."""
        for mailbox in await self.mailboxes():
            yield mailbox
        if not self.account.pull_subscription:
            await asyncio.Event().wait()
        # a pull stays open for long: apart from the line whose answers tell whether Google is well
        async with aclosing(pulled(Client(self.account, self._pull_http), self._owner)) as found:
            async for mailbox in found:
                yield mailbox

    async def subscribe(self, mailbox: Mailbox, hook: Hook) -> Subscription:
        """Has Gmail tell the topic of every change; a second promise only makes the first last longer.

        Takes: in `hook.url` the topic, projects/P/topics/T. Its lifecycle address and secret mean nothing here.
        """
        if not hook.url.startswith("projects/"):
            raise Refused(f"{hook.url or 'no address'}: Gmail tells a Pub/Sub topic, projects/P/topics/T: set `topic`.")
        watched = await self._client.watch(_desk(mailbox), hook.url)
        return Subscription(mailbox=mailbox.id, id=f"{hook.url} {mailbox.id}", expires_at=watched.expires_at)

    async def renew(self, subscription: Subscription) -> Subscription:
        """The same for another week."""
        desk = await self._desk_for(subscription.mailbox)
        watched = await self._client.watch(desk, subscription.id.partition(" ")[0])
        return Subscription(mailbox=subscription.mailbox, id=subscription.id, expires_at=watched.expires_at)

    async def unsubscribe(self, subscription: Subscription) -> None:
        """Ends it."""
        try:
            await self._client.stop(await self._desk_for(subscription.mailbox))
        except Gone:
            return

    async def send(self, mailbox: Mailbox, raw: bytes) -> None:
        """Sends this mail from the mailbox; needs the scope gmail.send for the observe tier."""
        await self._client.send(_desk(mailbox), raw)

    async def granted(self) -> tuple[Granted, ...]:
        """What is delegated to each tier's service account; tokens in hand are not believed."""
        user = self.account.admin or next(iter(self.account.mailboxes), "")
        if not user:
            raise Refused("no user to speak for: set `admin`, or name `mailboxes`.")
        return await granted(self._client, user)

    def vitals(self) -> Vitals:
        """How the line to Google is."""
        return self._http.vitals()

    async def close(self) -> None:
        """Lets go of the connections."""
        await asyncio.gather(self._http.close(), self._pull_http.close())

    async def _act(self, ref: Ref, tier: Tier, change: Callable[[Marks], Marks]) -> Outcome:
        return await self._acts.make(await self._desk_for(ref.mailbox, tier), ref, change)

    async def _carrying(self, desk: Desk, label: str) -> int:
        """How many mails carry the label."""
        try:
            return (await self._client.label(desk, label)).messages_total
        except Gone:
            self._reader.book(desk).forget()
            return 0

    async def _desk_for(self, mailbox: str, tier: Tier = Tier.OBSERVE) -> Desk:
        """Raises: Refused when the mailbox is not, or no longer, one of the tenant's."""
        if mailbox not in self._mailboxes:
            await self._look_for(mailbox)
        if mailbox not in self._mailboxes:
            raise Refused(
                f"mailbox {mailbox}: no user of the directory who can be reached has this id. The user may be suspended,"
                " deleted, or left out of `mailboxes`."
            )
        return _desk(self._mailboxes[mailbox], tier)

    async def _owner(self, address: str) -> Mailbox | None:
        """Whose address it is; a new user is looked for in the directory."""
        if address not in self._owners:
            await self._look_for(address)
        return self._owners.get(address)

    async def _look_for(self, who: str) -> None:
        """Lists the mailboxes anew because this one is not known, though not over and over for the same."""
        async with self._listing:
            now = self._http.clock()
            if who in self._mailboxes or who in self._owners or self._strangers.get(who, now) > now:
                return
            await self.mailboxes()
            if len(self._strangers) > MOST_STRANGERS:
                self._strangers.clear()
            self._strangers[who] = now + STRANGE_FOR

    async def _users(self) -> list[User]:
        found: list[User] = []
        page = ""
        while True:
            users = await self._client.users(page)
            found.extend(users.users)
            page = users.next_page_token
            if not page:
                return sorted(found, key=lambda user: user.addresses[0])

    def _know(self, mailboxes: Iterable[tuple[Mailbox, tuple[str, ...]]]) -> None:
        self._mailboxes, self._owners = {}, {}
        for mailbox, addresses in mailboxes:
            self._mailboxes[mailbox.id] = mailbox
            self._owners.update(dict.fromkeys(addresses, mailbox))


def _desk(mailbox: Mailbox, tier: Tier = Tier.OBSERVE, haste: Haste = Haste.LIVE) -> Desk:
    return Desk(mailbox=mailbox.id, address=mailbox.address, tier=tier, haste=haste)

r"""Microsoft 365 by Graph: every mailbox of a tenant, read and acted on by registrations of their own.

Cursor: each folder's delta link, whole, with what is left of the round of folders (see `delta`). A folder for which Graph asks
to begin anew (410, syncStateNotFound) is read anew, and its mails keep their ids: immutable ids are spoken everywhere.

| Act | Deed | Undo |
|---|---|---|
| quarantine | into the hidden folder `Mailkeep Quarantine` | moved back |
| delete | into Deleted Items | moved back |
| flag | category "Mailkeep: suspicious" and the flag; with `banner` a warning above the text | exactly the marks before |
| restore | moved, then the marks that differ; a removed folder is made again | |

A flag that its owner had set to complete stays so. Archive mailboxes (online archives) are not reached by Graph. Hidden folders
are read too; one that lies below a folder for which Graph counts no children is not seen.

Metadata only (`Mail.ReadBasic.All`): a mail is its headers and nothing else. Lost: all that is read from text, links and
attachments; what is left are authentication results, senders, recipients, routes and times. There is no `$value` then.

`changes` never tells anything: Graph pushes to an address of ours (`subscribe`), and polling stands behind it. With
`rich_notices` a post must bear Microsoft's signature, and a notice tells a draft from a mail before it is fetched. A draft is
never read: it keeps its id when it is sent, and is a mail from then on.

Limits: 10,000 requests in 10 minutes and 4 at a time for each registration and mailbox; asked together, requests share a
$batch. Mails over 64 MB are read to there.

Source: Microsoft Graph v1.0, messages, mailFolders, delta, $batch, subscriptions, throttling limits.
"""

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime

import jwt

from mailkeep.connect.bucket import Haste
from mailkeep.connect.grants import Granted, Tier
from mailkeep.connect.graph.account import GraphAccount, GraphApp
from mailkeep.connect.graph.acts import Acts
from mailkeep.connect.graph.client import Call, GraphClient
from mailkeep.connect.graph.delta import Reading, read_progress
from mailkeep.connect.graph.folders import Folders
from mailkeep.connect.graph.mails import Mails
from mailkeep.connect.graph.search import Search
from mailkeep.connect.graph.subscriptions import Promises
from mailkeep.connect.graph.wire import NO_ROLES, ROLES, USER_FIELDS, mailbox_of, user_path
from mailkeep.connect.http import Http
from mailkeep.connect.limits import Load
from mailkeep.connect.port import Delivery, Hook, Judged, Listed, Outcome, Page, Ref, State, Subscription, Unreachable
from mailkeep.connect.vitals import Vitals
from mailkeep.people.directory import Mailbox

__all__ = ["GraphAccount", "GraphApp", "GraphTenant"]

MOST_TOLD = 1 << 20
"""Bytes of an answer that is read for its status alone."""


class GraphTenant:
    """A Microsoft 365 tenant. Fits Connector, Sparing, Pushing, Promising, Sending, Granting and Vital."""

    kind = "m365"

    def __init__(self, account: GraphAccount, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.account = account
        self.http = Http(clock=clock)
        self.client = GraphClient(account, self.http)
        self._folders = Folders(self.client)
        self._mails = Mails(self.client, self._folders)
        self._acts = Acts(self.client, self._folders, self._mails)
        self._search = Search(self.client, self._folders)
        self._promises = Promises(self.client, clock)

    async def mailboxes(self) -> tuple[Mailbox, ...]:
        """Every user and shared mailbox, by address; or those that were named, each by any of its addresses.

        One that was named and is not there is given all the same: asked for its mail, it says so.
        """
        path = f"/users?$select={USER_FIELDS}&$top=999"
        doing = f"listing the users of {self.account.tenant_id}"
        found: dict[str, Mailbox] = {}
        names: dict[str, Mailbox] = {}
        async for row in self.client.rows(Call(doing=doing, path=path, haste=Haste.LIVE)):
            known = mailbox_of(row)
            if known is not None:
                found[known[0].id] = known[0]
                names.update(dict.fromkeys(known[1], known[0]))
        if self.account.mailboxes:
            named = (
                names.get(each.lower()) or Mailbox(id=each, address=each.lower()) for each in self.account.mailboxes
            )
            found = {each.id: each for each in named}
        return tuple(sorted(found.values(), key=lambda mailbox: (mailbox.address, mailbox.id)))

    async def count(self, mailbox: Mailbox, since: datetime | None = None) -> int:
        """How many mails lie in the folders that are read."""
        if since is not None:
            return len(await self._search.listed(mailbox, since))
        folders = await self._folders.all(mailbox.id, haste=Haste.SCAN)
        return sum(folder.messages for folder in folders if folder.delivered)

    async def fetch(self, mailbox: Mailbox, cursor: str | None, *, limit: int, since: datetime | None = None) -> Page:
        """What the cursor has not covered, folder by folder, the inbox first."""
        progress = read_progress(cursor, since)
        return await Reading(self.client, self._folders, self._mails, mailbox.id, progress).page(limit)

    def spare(self, judged: Judged) -> None:
        """Mails with a verdict are not read again."""
        self._mails.judged = judged

    async def again(self, ref: Ref) -> Delivery:
        """The mail, wherever it lies, in one round trip."""
        return (await self._mails.delivery(ref))[0]

    async def listed(self, mailbox: Mailbox, since: datetime) -> tuple[Listed, ...]:
        """What Graph lists by date: no delta, no cursor."""
        return await self._search.listed(mailbox, since)

    async def find(self, mailbox: Mailbox, message_id: str) -> tuple[Ref, ...]:
        """Every copy, in hidden folders and among the recoverable too."""
        return await self._search.find(mailbox, message_id)

    async def state(self, ref: Ref) -> State:
        """Its folder and marks."""
        head = await self._mails.head(ref)
        self._mails.note(ref, head)
        folder = await self._folders.of(ref.mailbox, head.folder)
        return State(folder=folder.name, flags=head.flags)

    async def quarantine(self, ref: Ref) -> Outcome:
        """Into our own hidden folder."""
        return await self._acts.quarantine(ref)

    async def delete(self, ref: Ref) -> Outcome:
        """Into Deleted Items."""
        return await self._acts.delete(ref)

    async def flag(self, ref: Ref) -> Outcome:
        """With category and flag, and a warning where the operator wants one."""
        return await self._acts.flag(ref)

    async def restore(self, ref: Ref, state: State) -> Outcome:
        """As it was."""
        return await self._acts.restore(ref, state)

    async def changes(self) -> AsyncGenerator[Mailbox, None]:
        """Nothing, for ever: what is new is pushed or polled for."""
        nothing: tuple[Mailbox, ...] = ()
        for mailbox in nothing:
            yield mailbox
        await asyncio.Event().wait()

    async def subscribe(self, mailbox: Mailbox, hook: Hook) -> Subscription:
        """Notices of new mail in any of its folders, for just under seven days."""
        return await self._promises.subscribe(mailbox, hook)

    async def renew(self, subscription: Subscription) -> Subscription:
        """The same for another seven days."""
        return await self._promises.renew(subscription)

    async def unsubscribe(self, subscription: Subscription) -> None:
        """No more of them."""
        await self._promises.unsubscribe(subscription)

    async def promises(self) -> tuple[Subscription, ...]:
        """Every subscription that stands."""
        return await self._promises.standing()

    async def send(self, mailbox: Mailbox, raw: bytes) -> None:
        """Sends it as the mailbox's owner; needs Mail.Send in the observe tier."""
        call = Call(
            doing=f"sending a mail from {mailbox.address or mailbox.id}",
            path=f"{user_path(mailbox.id)}/sendMail",
            method="POST",
            mailbox=mailbox.id,
        )
        self.client.checked(call, await self.client.alone(call, MOST_TOLD, base64.b64encode(raw)))

    async def granted(self) -> tuple[Granted, ...]:
        """What a new token of each registration says, with when its credential ends."""
        return tuple([await self._granted(tier, app) for tier, app in sorted(self.account.apps.items())])

    def vitals(self) -> Vitals:
        """How the line to Graph is."""
        return self.http.vitals()

    def load(self) -> tuple[Load, ...]:
        """What of Graph's limits is in use, the fullest first."""
        return self.http.limiter.load()

    async def close(self) -> None:
        """Lets go of the connections."""
        await self.http.close()

    async def _granted(self, tier: Tier, app: GraphApp) -> Granted:
        grant = self.account.grant(app)
        token = await self.client.tokens.fresh(grant)
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError as error:
            raise Unreachable(f"the token of {grant.who} cannot be read ({error}). It is asked for again.") from error
        roles = (str(each) for each in claims.get("wids") or ())
        return Granted(
            tier=tier,
            app=app.client_id,
            permissions=frozenset(str(each) for each in claims.get("roles") or ()),
            roles=frozenset(ROLES.get(each, each) for each in roles if each != NO_ROLES),
            expiries=(app.expiry,) if app.expiry else (),
            mailbox_scope=self.account.scope_group,
        )

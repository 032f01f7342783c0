"""Google's APIs, as far as they are used here: each call within its quota, each refusal in the port's words."""

import base64
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from mailkeep.connect.answers import Answer, Ask
from mailkeep.connect.assertions import GoogleGrant
from mailkeep.connect.gmail.account import ADMIN, GMAIL, PUBSUB, GmailAccount
from mailkeep.connect.gmail.batch import Batch
from mailkeep.connect.gmail.quota import QUOTAS
from mailkeep.connect.gmail.refusals import SPENT_S, DaySpent, StalePage, TooLong, refusal, worded
from mailkeep.connect.gmail.wire import (
    DIRECTORY,
    LIST_MOST,
    PUBSUB_SCOPE,
    SEND,
    HistoryList,
    Label,
    LabelList,
    Message,
    MessageList,
    Profile,
    PulledList,
    UserList,
    Watched,
)
from mailkeep.connect.grants import Tier
from mailkeep.connect.http import Http
from mailkeep.connect.limits import Claim, Haste, Limit
from mailkeep.connect.port import Gone, Refused, Unreachable
from mailkeep.connect.tokens import Tokens

T = TypeVar("T")

AT_ONCE = 16
"""Requests for one user at a time; Google limits them and does not say to how many."""
DIRECTORY_MINUTE = 2_400
"""Requests to the Directory API a minute and user."""
MOST_MAIL = 100 * 1024 * 1024
"""Bytes of an answer that holds a mail: Gmail takes mail in of 50 MB, which are 67 here. Of an imported one it may be less."""


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Whose mailbox is worked on, with which tier's authority, how urgently."""

    mailbox: str
    """`Mailbox.id`."""
    address: str
    tier: Tier = Tier.OBSERVE
    haste: Haste = Haste.LIVE


class _Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call before it is made."""

    doing: str
    url: str
    grant: GoogleGrant
    claims: tuple[Claim, ...] = ()
    haste: Haste = Haste.LIVE
    method: str = "GET"
    body: object = None
    most: int = 48 * 1024 * 1024
    twice: bool = True
    together: bool = False
    """True for small calls to Gmail, which may go with others in one request."""


class Client:
    """One tenant's line to Google."""

    def __init__(self, account: GmailAccount, http: Http, tokens: Tokens | None = None) -> None:
        self.account = account
        self.http = http
        self._tokens = tokens or Tokens(http)
        self._quota = QUOTAS[account.quota]
        self._batch = Batch(http, f"{account.base(GMAIL)}/batch/gmail/v1")

    async def profile(self, desk: Desk) -> Profile:
        """The newest change of a mailbox, and how many mails it holds."""
        return await self._mail(desk, "getProfile", "profile", Profile)

    async def list_mails(
        self, desk: Desk, *, query: str = "", label: str = "", page: str = "", most: int = LIST_MOST
    ) -> MessageList:
        """One page of mails, spam and trash included, newest first. Raises: StalePage, ProviderTrouble."""
        asked = {"includeSpamTrash": "true", "maxResults": str(most), "q": query, "labelIds": label, "pageToken": page}
        return await self._page(desk, "messages.list", _with_query("messages", asked), MessageList)

    async def history(self, desk: Desk, start: str, *, page: str = "", most: int = LIST_MOST) -> HistoryList:
        """One page of changes after that one. Raises: Gone when it is too old, StalePage, ProviderTrouble."""
        return await self._page(
            desk,
            "history.list",
            _with_query("history", {"startHistoryId": start, "maxResults": str(most), "pageToken": page}),
            HistoryList,
        )

    async def mail(self, desk: Desk, mail: str, form: str) -> Message:
        """One mail. Takes: minimal, metadata or raw. Raises: Gone, TooLong, ProviderTrouble."""
        path = f"messages/{quote(mail, safe='')}?format={form}"
        call = self._mail_call(desk, "messages.get", path)
        if form != "minimal":
            call = msgspec.structs.replace(call, most=MOST_MAIL, together=False)
        return _read(await self._ask(call), Message, call.doing)

    async def relabel(self, desk: Desk, mail: str, on: Sequence[str], off: Sequence[str]) -> Message:
        """Puts labels on a mail and takes others off; the mail as it is then. Raises: StaleLabel, Gone, ProviderTrouble."""
        path = f"messages/{quote(mail, safe='')}/modify"
        body = {"addLabelIds": on, "removeLabelIds": off}
        return await self._mail(desk, "messages.modify", path, Message, body=body)

    async def labels(self, desk: Desk) -> tuple[Label, ...]:
        """Every label."""
        return (await self._mail(desk, "labels.list", "labels", LabelList)).labels

    async def label(self, desk: Desk, label: str) -> Label:
        """One label with its count."""
        return await self._mail(desk, "labels.get", f"labels/{quote(label, safe='')}", Label)

    async def create_label(self, desk: Desk, name: str, *, hidden: bool) -> Label:
        """A new label. Raises: Refused when there is one of this name."""
        shown = ("labelHide", "hide") if hidden else ("labelShow", "show")
        body = {"name": name, "labelListVisibility": shown[0], "messageListVisibility": shown[1]}
        return await self._mail(desk, "labels.create", "labels", Label, body=body)

    async def watch(self, desk: Desk, topic: str) -> Watched:
        """Has Gmail publish changes of the mailbox to this topic for a week. Raises: Refused when there is no such topic."""
        try:
            return await self._mail(desk, "watch", "watch", Watched, body={"topicName": topic})
        except Gone as gone:
            raise Refused(f"{gone} Make the topic {topic} in the Cloud project, or correct `topic`.") from gone

    async def stop(self, desk: Desk) -> None:
        """Has it publish them no more."""
        await self._ask(self._mail_call(desk, "stop", "stop", body={}))

    async def send(self, desk: Desk, raw: bytes) -> None:
        """Sends a mail from the mailbox."""
        body = {"raw": base64.urlsafe_b64encode(raw).decode()}
        call = self._mail_call(desk, "messages.send", "messages/send", body=body)
        grant = self._grant(desk.tier, desk.address, SEND)
        await self._ask(msgspec.structs.replace(call, grant=grant, twice=False, together=False))

    async def users(self, page: str = "") -> UserList:
        """One page of the directory, as the administrator sees it."""
        admin = self.account.admin
        asked = {"customer": "my_customer", "maxResults": str(LIST_MOST), "orderBy": "email", "pageToken": page}
        call = _Call(
            doing=f"listing the users of the directory as {admin}",
            url=f"{self.account.base(ADMIN)}/admin/directory/v1/{_with_query('users', asked)}",
            grant=self._grant(Tier.OBSERVE, admin, DIRECTORY),
            claims=(Claim(f"directory as {admin}", Limit(DIRECTORY_MINUTE, 60)),),
        )
        return _read(await self._ask(call), UserList, call.doing)

    async def pull(self, most: int) -> PulledList:
        """Notices that wait in the subscription; some time later none, where none came."""
        call = self._pubsub_call("pull", {"maxMessages": most})
        return _read(await self._ask(call), PulledList, call.doing)

    async def acknowledge(self, ids: Sequence[str]) -> None:
        """These notices are not to be sent again."""
        await self._ask(self._pubsub_call("acknowledge", {"ackIds": ids}))

    async def may(self, tier: Tier, user: str, scope: str) -> None:
        """Asks for a new token of this scope. Raises: NotDelegated when it is not delegated, ProviderTrouble."""
        await self._tokens.fresh(self._grant(tier, user, scope))

    # --- one call ---------------------------------------------------------------------------------------------------

    async def _mail(
        self, desk: Desk, method: str, path: str, kind: type[T], *, body: Mapping[str, object] | None = None
    ) -> T:
        call = self._mail_call(desk, method, path, body=body)
        return _read(await self._ask(call), kind, call.doing)

    async def _page(self, desk: Desk, method: str, path: str, kind: type[T]) -> T:
        """A page of a list; what says that its token is stale is told apart."""
        call = self._mail_call(desk, method, path)
        try:
            return _read(await self._ask(call), kind, call.doing)
        except Refused as refused:
            if "pageToken=" in path:
                raise StalePage(str(refused)) from refused
            raise

    def _mail_call(self, desk: Desk, method: str, path: str, *, body: Mapping[str, object] | None = None) -> _Call:
        account = self.account.key(desk.tier)
        project = account.client_email.partition("@")[2].partition(".")[0]
        cost = self._quota.cost(method)
        return _Call(
            doing=f"Gmail {method} in {desk.address}",
            url=f"{self.account.base(GMAIL)}/gmail/v1/users/{quote(desk.address, safe='')}/{path}",
            grant=self._grant(desk.tier, desk.address, self.account.mail_scope(desk.tier)),
            claims=(
                Claim(f"mailbox {desk.address} in {project}", Limit(self._quota.user_minute, 60, AT_ONCE), cost),
                Claim(f"Cloud project {project}", Limit(self._quota.project_minute, 60), cost),
            ),
            haste=desk.haste,
            method="GET" if body is None else "POST",
            body=body,
            together=True,
        )

    def _pubsub_call(self, verb: str, body: Mapping[str, object]) -> _Call:
        subscription = self.account.pull_subscription
        return _Call(
            doing=f"Pub/Sub {verb} of {subscription}",
            url=f"{self.account.base(PUBSUB)}/v1/{subscription}:{verb}",
            grant=self._grant(Tier.OBSERVE, "", PUBSUB_SCOPE),
            method="POST",
            body=body,
        )

    def _grant(self, tier: Tier, user: str, scope: str) -> GoogleGrant:
        key = self.account.key(tier)
        return GoogleGrant(account=key, user=user, scopes=(scope,), token_url=self.account.token_url)

    async def _ask(self, call: _Call) -> Answer:
        """The answer to what was done. Raises: ProviderTrouble."""
        body = b"" if call.body is None else msgspec.json.encode(call.body)
        ask = Ask(
            doing=call.doing,
            method=call.method,
            url=call.url,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            body=body,
            most=call.most,
            twice=call.twice,
        )
        bearer = self._tokens.bearer(call.grant)
        send = self._sent_with_others if call.together else self._sent
        answer = await self.http.ask(ask, bearer, call.claims, haste=call.haste, send=send)
        if not answer.ok:
            trouble = refusal(answer, call.doing, call.grant)
            if isinstance(trouble, DaySpent):
                self.http.exhausted_until = self.http.clock() + timedelta(seconds=SPENT_S)
            raise trouble
        self.http.exhausted_until = None
        if answer.cut:
            raise TooLong(f"{call.doing}: the answer is longer than {call.most} bytes.")
        return answer

    async def _sent(self, ask: Ask) -> Answer:
        return self._worded(await self.http.send(ask))

    async def _sent_with_others(self, ask: Ask) -> Answer:
        return self._worded(await self._batch.send(ask))

    def _worded(self, answer: Answer) -> Answer:
        """The answer, with Google's several ways to say "too many" made one."""
        return worded(answer, self.http.clock() + timedelta(seconds=self.http.skew_s or 0))


def _with_query(path: str, asked: Mapping[str, str]) -> str:
    return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"


def _read(answer: Answer, kind: type[T], doing: str) -> T:
    """The answer as this kind. Raises: Unreachable when it is none."""
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        answer.json(doing)  # has the better sentence where it is no JSON at all
        raise Unreachable(f"{doing}: the answer is not what Google promises ({error}). It is tried again.") from error

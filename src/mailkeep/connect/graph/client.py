"""Questions to Graph: each by the registration of its tier, within the limits, small ones in batches."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from mailkeep.connect.answers import Answer, Ask, trouble_of
from mailkeep.connect.bucket import Claim, Haste
from mailkeep.connect.chain import MOST_BYTES
from mailkeep.connect.grants import Tier
from mailkeep.connect.graph.account import APP_LIMIT, DIRECTORY_LIMIT, GraphAccount
from mailkeep.connect.graph.batch import Batcher
from mailkeep.connect.graph.wire import IMMUTABLE, MALFORMED, NO_MAILBOX, code_of
from mailkeep.connect.http import Bearer, Http
from mailkeep.connect.port import ConsentLost, Gone, ProviderTrouble, Unreachable
from mailkeep.connect.tokens import Tokens

MOST_PAGES = 10_000


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request."""

    doing: str
    """For sentences: what is asked, "reading mail 7 of ada@corp.example"."""
    path: str
    """Below /v1.0, encoded, with its query; or a link of Graph's own."""
    tier: Tier = Tier.OBSERVE
    method: str = "GET"
    body: Any = None
    """Sent as JSON."""
    mailbox: str = ""
    """Whose limit it counts against; empty: the directory's."""
    page: int = 0
    """Rows that a page of the answer is to have; 0: as many as Graph likes."""
    haste: Haste = Haste.LIVE


class GraphClient:
    """One tenant's line to Graph."""

    def __init__(self, account: GraphAccount, http: Http | None = None) -> None:
        self.account = account
        self.http = http or Http()
        self.tokens = Tokens(self.http)
        self.base = account.base
        self._batchers = {tier: Batcher(self.base, self.http.send) for tier in account.apps}
        self._bearers = {tier: self.tokens.bearer(account.grant(app)) for tier, app in account.apps.items()}

    async def json(self, call: Call) -> dict[str, Any]:
        """What Graph answers. Raises: ProviderTrouble."""
        return self.checked(call, await self.answer(call)).json(call.doing)

    async def answer(self, call: Call) -> Answer:
        """The answer, whatever its status. Raises: ProviderTrouble where there is none."""
        return await self._asked(call, self._batchers.get(call.tier), MOST_BYTES)

    async def alone(self, call: Call, most: int, body: bytes = b"") -> Answer:
        """The same, but never in a batch, and of the answer at most so many bytes. Takes: a body that is not JSON."""
        return await self._asked(call, None, most, body)

    async def rows(self, call: Call) -> AsyncIterator[dict[str, Any]]:
        """The rows of a list, over all of its pages. Raises: ProviderTrouble."""
        for _ in range(MOST_PAGES):
            told = await self.json(call)
            for row in rows_of(told, call.doing):
                yield row
            link = told.get("@odata.nextLink")
            if not isinstance(link, str):
                return
            call = msgspec.structs.replace(call, path=self.own(link, call.doing))
        raise Unreachable(f"{call.doing}: the list does not end after {MOST_PAGES} pages.")

    def own(self, link: str, doing: str) -> str:
        """A link of Graph's as a path. Raises: Unreachable when it leads elsewhere: our token is for Graph alone."""
        if not link.startswith(f"{self.base}/"):
            raise Unreachable(f"{doing}: the next page is said to lie outside {self.base}. It is not followed.")
        return link.removeprefix(self.base)

    def checked(self, call: Call, answer: Answer) -> Answer:
        """The answer, when it is what was asked for. Raises: ProviderTrouble."""
        if answer.ok:
            return answer
        raise self.trouble(call, answer)

    def trouble(self, call: Call, answer: Answer) -> ProviderTrouble:
        """What an answer means that is not what was asked for."""
        code = code_of(answer)
        if answer.status == 404 and code in NO_MAILBOX:
            return Gone(
                f"{call.doing}: {call.mailbox} is no user with a mailbox that Graph reaches ({code}): deleted, without a"
                " licence, or on premises. Give it a licence again, or leave it out of `mailboxes`."
            )
        if answer.status == 400 and code in MALFORMED:
            return Gone(f"{call.doing}: no mail has this id.")
        if answer.status == 424:
            return Unreachable(f"{call.doing}: not tried, since what it depended on failed. It is tried again.")
        setting = f"tenants.{self.account.name}.apps.{call.tier}"
        return trouble_of(
            answer, call.doing, f"`mailkeep doctor` tells what {setting} was granted and what is missing."
        )

    def bearer(self, tier: Tier) -> Bearer:
        """The tokens of a tier. Raises: ConsentLost naming the setting that is missing."""
        bearer = self._bearers.get(tier)
        if bearer is None:
            raise ConsentLost(
                f"{self.account.name}: nothing may be done in the tier {tier} without a registration of its own. Set"
                f" tenants.{self.account.name}.apps.{tier}; `mailkeep connect m365 {self.account.name} --tier {tier}`"
                " tells how."
            )
        return bearer

    async def _asked(self, call: Call, batcher: Batcher | None, most: int, body: bytes = b"") -> Answer:
        prefer = IMMUTABLE + (f", odata.maxpagesize={call.page}" if call.page else "")
        headers = {"Prefer": prefer, "Accept": "application/json"}
        if call.body is not None or body:
            headers["Content-Type"] = "text/plain" if body else "application/json"
        ask = Ask(
            doing=call.doing,
            method=call.method,
            url=self.base + call.path,
            headers=headers,
            body=body or (b"" if call.body is None else msgspec.json.encode(call.body)),
            most=most,
            twice=not body,
        )
        send = batcher.send if batcher is not None else None
        return await self.http.ask(ask, self.bearer(call.tier), self._claims(call), haste=call.haste, send=send)

    def _claims(self, call: Call) -> tuple[Claim, ...]:
        """What the request takes, the narrowest limit first."""
        app = self.account.apps[call.tier].client_id if call.tier in self.account.apps else ""
        everywhere = Claim(f"app {app}", APP_LIMIT)
        if call.mailbox:
            return Claim(f"mailbox {call.mailbox} for app {app}", self.account.mailbox_limit), everywhere
        return Claim(f"directory of {self.account.tenant_id}", DIRECTORY_LIMIT, 2.0), everywhere


def rows_of(told: dict[str, Any], doing: str) -> list[dict[str, Any]]:
    """The rows of a page. Raises: Unreachable when it holds none."""
    rows = told.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreachable(f"{doing}: the page holds no list. It is tried again.")
    return rows

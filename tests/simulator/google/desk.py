"""An application's desk: it asks the simulator over real HTTP, with tokens of its own."""

import asyncio
import json

import jwt

from mailkeep.simulator.google.scopes import scopes
from mailkeep.simulator.google.tokens import GRANT_TYPE

ADA, BEN, ROOT = "ada@northwind-harbour.example", "ben@northwind-harbour.example", "root@northwind-harbour.example"
EVERY = (
    "mail gmail.modify gmail.settings.basic gmail.settings.sharing admin.directory.user admin.directory.user.security "
    "admin.directory.group.readonly admin.directory.domain.readonly admin.directory.orgunit.readonly "
    "admin.reports.audit.readonly"
)


class Clock:
    """A clock the test turns."""

    def __init__(self, now=1_772_452_800.0):
        self.now = now

    def __call__(self):
        return self.now

    def on(self, seconds):
        self.now += seconds


def letter(number=1, *, to=ADA, subject=None, extra="", body="Hello there."):
    """A mail that differs from every other number's."""
    return (
        f"From: Kim Vos <kim@quay.example>\r\nTo: {to}\r\nSubject: {subject or f'Letter {number}'}\r\n"
        f"Message-ID: <{number}@quay.example>\r\nDate: Mon, 02 Mar 2026 12:00:00 +0000\r\n{extra}\r\n{body}\r\n"
    ).encode()


async def until(holds, *, within=10):
    """Waits until something holds."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


class Answer:
    """Status, headers and body of what came back."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def reason(self):
        return self.json["error"]["errors"][0]["reason"]


class Desk:
    """One service account's view of the simulator."""

    def __init__(self, sim, session, app="everything"):
        self.sim, self.session = sim, session
        self.account = sim.workspace.keyring.account(app)
        self._tokens = {}

    def assertion(self, subject, wanted, *, life=3600, begins=None, key=None, **other):
        """A signed assertion."""
        key = key or next(iter(self.account.keys.values()))
        now = int(self.sim.workspace.clock()) if begins is None else begins
        claims = {"iss": self.account.email, "sub": subject, "aud": f"{self.sim.url}/token", "iat": now,
                  "exp": now + life, "scope": " ".join(sorted(scopes(wanted))), **other}  # fmt: skip
        return jwt.encode({k: v for k, v in claims.items() if v}, key.pem, algorithm="RS256", headers={"kid": key.id})

    async def trade(self, assertion, grant_type=GRANT_TYPE):
        """What the token endpoint says to an assertion."""
        form = {"grant_type": grant_type, "assertion": assertion}
        async with self.session.post(f"{self.sim.url}/token", data=form) as reply:
            return Answer(reply.status, reply.headers, await reply.read())

    async def token(self, subject, wanted=EVERY):
        """An access token."""
        token, ends = self._tokens.get((subject, wanted), ("", 0))
        if ends <= self.sim.workspace.clock():
            answer = await self.trade(self.assertion(subject, wanted))
            assert answer.status == 200, answer.json
            token = answer.json["access_token"]
            self._tokens[subject, wanted] = token, self.sim.workspace.clock() + answer.json["expires_in"]
        return token

    async def ask(self, method, path, body=None, *, subject=ADA, wanted=EVERY, query=None):
        """An authorised request."""
        headers = {"Authorization": f"Bearer {await self.token(subject, wanted)}"}
        url = f"{self.sim.url}{path}"
        async with self.session.request(method, url, json=body, headers=headers, params=query) as reply:
            return Answer(reply.status, reply.headers, await reply.read())

    async def gmail(self, method, path, body=None, **how):
        """A request to Gmail as a user."""
        return await self.ask(method, f"/gmail/v1/users/me{path}", body, **how)

    async def order(self, name, **what):
        """An order to the simulator itself."""
        async with self.session.post(f"{self.sim.url}/_sim/{name}", json=what) as reply:
            return Answer(reply.status, reply.headers, await reply.read())

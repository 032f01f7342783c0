"""A tenant on loopback whose every answer is held against the published contract, and an address that takes notices."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.contracts.graph import watchman

from mailkeep.simulator.graph.apps import App
from mailkeep.simulator.graph.faults import Faults
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.server import GraphSimulator

SECRET = "the-secret-of-the-test-app"
EVERYTHING = (
    "Mail.ReadWrite",
    "Mail.Send",
    "MailboxSettings.ReadWrite",
    "User.ReadWrite.All",
    "User.EnableDisableAccount.All",
    "User.RevokeSessions.All",
    "Domain.Read.All",
    "Organization.Read.All",
    "Directory.Read.All",
    "AuditLog.Read.All",
    "IdentityRiskEvent.Read.All",
    "IdentityRiskyUser.ReadWrite.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Application.Read.All",
)


class Client:
    """One app talking to a simulator over HTTP."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url
        self.headers: dict[str, str] = {}

    async def sign_in(self, office: Office, app: App, secret: str = SECRET) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": app.client_id,
            "client_secret": secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        async with self.session.post(f"{self.url}/{office.tenant_id}/oauth2/v2.0/token", data=form) as answer:
            told = await answer.json()
        self.headers = {"Authorization": f"Bearer {told['access_token']}"}

    async def ask(self, method: str, path: str, json: Any = None, **headers: str) -> tuple[int, Any]:
        """(status, body); a path is below /v1.0, or a whole link."""
        url = path if path.startswith("http") else f"{self.url}/v1.0{path}"
        async with self.session.request(method, url, json=json, headers={**self.headers, **headers}) as answer:
            raw = await answer.read()
            return answer.status, (await answer.json(content_type=None) if raw else None)

    async def get(self, path: str, **headers: str) -> Any:
        status, body = await self.ask("GET", path, **headers)
        assert status == 200, (status, body)
        return body


Served = Callable[..., Any]


@pytest.fixture
async def serve() -> AsyncIterator[Served]:
    """Starts simulators; at the end every answer they gave must have kept to the contract."""
    seen = watchman()
    async with AsyncExitStack() as stack:

        async def start(office: Office, **options: Any) -> GraphSimulator:
            return await stack.enter_async_context(GraphSimulator(office, observer=seen, **options))

        yield start
    assert seen is None or seen.wrong == []


@pytest.fixture
def office() -> Office:
    """Three colleagues."""
    tenant = Office()
    tenant.add_person("grace@northwind.example", "Grace Hopper", title="Head of Finance")
    tenant.add_person("ada@northwind.example", "Ada Byron", title="Clerk", manager="grace@northwind.example")
    tenant.add_person("info@northwind.example", "Info", purpose="shared")
    return tenant


@pytest.fixture
def app(office: Office) -> App:
    return office.register("everything", EVERYTHING, secret=SECRET)


@pytest.fixture
def faults() -> Faults:
    return Faults(seed=7)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def simulator(serve: Served, office: Office, faults: Faults) -> GraphSimulator:
    return await serve(office, faults=faults)


@pytest.fixture
async def client(simulator: GraphSimulator, session: aiohttp.ClientSession, office: Office, app: App) -> Client:
    """Signed in as the app that may do everything."""
    made = Client(session, simulator.url)
    await made.sign_in(office, app)
    return made


class Listener:
    """An address of ours that takes what Graph posts."""

    def __init__(self) -> None:
        self.url = ""
        self.posts: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        """Of validation requests, as they came."""
        self.answers: list[int] = []
        """What the next posts are answered; 202 when empty."""
        self.pauses: list[float] = []
        """Seconds before the next posts are answered; none when empty."""
        self.echo: Callable[[str], web.Response] = lambda token: web.Response(text=token)
        self._news = asyncio.Event()

    @property
    def notices(self) -> list[dict[str, Any]]:
        return [notice for post in self.posts for notice in post["value"]]

    async def until(self, count: int) -> list[dict[str, Any]]:
        """The notices, once there are so many."""
        async with asyncio.timeout(20):
            while len(self.notices) < count:
                self._news.clear()
                await self._news.wait()
        return self.notices

    async def handle(self, request: web.Request) -> web.Response:
        if "validationToken" in request.query:
            self.tokens.append(request.query["validationToken"])
            return self.echo(request.query["validationToken"])
        status = self.answers.pop(0) if self.answers else 202
        pause = self.pauses.pop(0) if self.pauses else 0.0
        if status < 300:
            self.posts.append(await request.json())
            self._news.set()
        await asyncio.sleep(pause)
        return web.Response(status=status)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    """At the end every notice it took must have kept to the contract."""
    heard = Listener()
    application = web.Application()
    application.router.add_post("/{any:.*}", heard.handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    heard.url = f"http://127.0.0.1:{runner.addresses[0][1]}/notices"
    yield heard
    await runner.cleanup()
    if (seen := watchman()) is not None:
        said = [each for each in heard.notices if "subscriptionId" in each]
        assert seen.graph.errors(said, "Collection(microsoft.graph.changeNotification)") == []


def mail(
    number: int = 1, *, sender: str = "bo@elsewhere.example", to: str = "ada@northwind.example", **headers: str
) -> bytes:
    """A small mail."""
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    subject = "" if "Subject" in headers else f"Subject: Berth {number}\r\n"
    head = f"From: Bo <{sender}>\r\nTo: {to}\r\n{subject}Message-ID: <{number}@elsewhere.example>\r\n{extra}"
    return f"{head}Date: Sun, 22 Nov 2026 08:00:00 +0000\r\n\r\nhello {number}\r\n".encode()

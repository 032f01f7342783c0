"""A tenant and an app at its desk: requests go through the whole service, without a socket; every answer is held to the contract."""

import json

from tests.contracts.graph import contract, contracts_dir

from mailkeep.simulator.graph import delta, folders, messages, sending, users
from mailkeep.simulator.graph.batch import Batches
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.routes import Reply
from mailkeep.simulator.graph.service import Asked, Service

SCOPE = "https://graph.microsoft.com/.default"
READER = ("Mail.Read", "User.Read.All", "MailboxSettings.Read")
WRITER = ("Mail.ReadWrite", "Mail.Send", "User.Read.All", "MailboxSettings.ReadWrite")
ANN, BOB = "ann@corp.example", "bob@corp.example"
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}


class Clock:
    """A clock that stands until it is pushed."""

    def __init__(self, at: float = 1_790_000_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def mail(number: int = 1, *, body: str = "Hello", headers: str = "") -> bytes:
    """A small mail of its own."""
    return (
        f"From: Carl <carl@else.example>\r\nTo: {ANN}\r\nSubject: Mail {number}\r\nMessage-ID: <m{number}@else.example>\r\n"
        f"Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n{headers}\r\n{body}\r\n"
    ).encode()


class Desk:
    """Ann, Bob and one app."""

    def __init__(self, *permissions: str, limits=None, faults=None, latency_s=0.0, byte_true=False) -> None:
        self.clock = Clock()
        self.office = Office(clock=self.clock, byte_true=byte_true)
        self.office.add_person(ANN, "Ann Archer", aliases=("a.archer@corp.example",), title="Clerk")
        self.office.add_person(BOB, "Bob Bell")
        self.app = self.office.register("Mailkeep", permissions or WRITER, secret="s3cret")
        self.wrong: list[str] = []
        self.service = Service(
            self.office, limits=limits, faults=faults, latency_s=latency_s, observer=self._hold_to_contract
        )
        self.service.base = "http://graph.invalid/v1.0"
        for module in (users, folders, messages, delta, sending):
            self.service.serve(module.ROUTES)
        self.service.serve(Batches(self.service).routes())
        self.token = self.sign_in()

    def sign_in(self, app=None, secret="s3cret") -> str:
        """A fresh token."""
        form = {"grant_type": "client_credentials", "client_id": (app or self.app).client_id, "client_secret": secret}
        given = self.service.tokens.answer(self.office.tenant_id, {**form, "scope": SCOPE}, "")
        return given.body["access_token"]

    async def ask(self, method: str, path: str, body=None, **headers: str) -> Reply:
        """One request; a path may be an absolute link of ours."""
        path, _, query = path.removeprefix(self.service.base).partition("?")
        sent = {"authorization": f"Bearer {self.token}", **{k.lower().replace("_", "-"): v for k, v in headers.items()}}
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        pairs = [tuple(each.split("=", 1)) for each in query.split("&") if each]
        reply = await self.service.direct(
            Asked(method, path, [(unquoted(k), unquoted(v)) for k, v in pairs], sent, raw)
        )
        assert not self.wrong, self.wrong
        return reply

    async def get(self, path: str, **headers: str):
        """The body of a 200."""
        reply = await self.ask("GET", path, **headers)
        assert reply.status == 200, reply.body
        return reply.body

    async def pages(self, path: str, **headers: str):
        """Every row of a listing or round, with the last page's body."""
        rows, body = [], {"@odata.nextLink": path}
        while "@odata.nextLink" in body:
            body = await self.get(body["@odata.nextLink"], **headers)
            rows += body["value"]
        return rows, body

    def _hold_to_contract(self, method, path, status, body) -> None:
        if KNOWN and body is not None and not isinstance(body, bytes):
            plain = json.loads(json.dumps(body))
            self.wrong += [f"{method} {path}: {each}" for each in contract().answer_errors(method, path, status, plain)]


def unquoted(text: str) -> str:
    from urllib.parse import unquote_plus

    return unquote_plus(text)


def refused(reply: Reply) -> tuple[int, str]:
    """(status, code) of an error."""
    return reply.status, reply.body["error"]["code"]


def _is_known() -> bool:
    import pytest

    try:
        contracts_dir()
    except pytest.skip.Exception:
        return False
    return True


KNOWN = _is_known()

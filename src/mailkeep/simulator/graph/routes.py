"""What a request and its answer are, and which handler serves which path.

Handlers are called for direct requests and for those inside a $batch alike, without a socket between. A module of handlers
lists them as `ROUTES = (Route("GET", "/users/{user}/messages", list_messages), …)`; `{name}` matches one path segment.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import unquote

import msgspec

from mailkeep.simulator.graph.apps import App
from mailkeep.simulator.graph.mailbox import Mailbox
from mailkeep.simulator.graph.office import Office, Person

_IN_MAILBOX = frozenset(
    {"messages", "mailfolders", "outlook", "mailboxsettings", "sendmail", "translateexchangeids", "inferenceclassification"}
)  # fmt: skip


@dataclass(slots=True)
class Reply:
    """An answer. The body is JSON's Python form, or bytes with a Content-Type among the headers; None: no body."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    abort: bool = False
    """True: the connection breaks off in place of an answer."""


class GraphError(Exception):
    """An error as Graph words it."""

    def __init__(self, status: int, code: str, says: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(says)
        self.status, self.code, self.says, self.headers = status, code, says, headers

    def reply(self) -> Reply:
        """The answer to send."""
        return error_reply(self.status, self.code, self.says, self.headers)


def error_reply(status: int, code: str, says: str, headers: Mapping[str, str] | None = None) -> Reply:
    """An error in Graph's form."""
    inner = {"date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}", "request-id": "0b1c7e54-0000-4000-8000-000000000000"}
    return Reply(status, {"error": {"code": code, "message": says, "innerError": inner}}, dict(headers or {}))


_OPTIONS = frozenset(
    {"select", "top", "skip", "filter", "orderby", "expand", "count", "search", "skiptoken", "deltatoken"}
)


def options(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The query as handlers read it: names in lower case, OData's with their $ whether it was sent or not."""
    lowered = ((name.lower(), value) for name, value in pairs)
    return {f"${name}" if name in _OPTIONS else name: value for name, value in lowered}


@dataclass(slots=True, eq=False)
class Request:
    """One request, direct or from a batch, known to come from a registered app."""

    method: str
    path: str
    """Below /v1.0, as it was sent."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    raw: bytes
    office: Office
    base: str
    """Absolute address of /v1.0, for links."""
    app: App
    route: "Route"
    params: dict[str, str]
    person: Person | None = None
    """Whose, where the path names a user."""
    held: frozenset[str] = frozenset()
    """Permissions of the app at this place, with those they include."""

    @property
    def immutable(self) -> bool:
        """True where the caller speaks immutable ids."""
        return 'idtype="immutableid"' in self.headers.get("prefer", "").lower()

    @property
    def basic(self) -> bool:
        """True where the app may read a message's metadata only."""
        return "Mail.Read" not in self.held

    @property
    def owner(self) -> Person:
        """The user in the path."""
        if self.person is None:
            raise LookupError(f"{self.route.pattern} names no user")
        return self.person

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox of the user in the path."""
        return self.office.mailbox(self.owner)

    def json(self) -> dict[str, Any]:
        """The body. Raises: GraphError."""
        try:
            found = msgspec.json.decode(self.raw or b"{}")
        except msgspec.DecodeError as error:
            raise GraphError(400, "BadRequest", "Unable to read JSON request payload.") from error
        if not isinstance(found, dict):
            raise GraphError(400, "BadRequest", "Unable to read JSON request payload: an object was expected.")
        return found

    def context(self, of: str) -> str:
        """The @odata.context of an answer."""
        return f"{self.base}/$metadata#{of}"


Handler = Callable[[Request], Reply | Awaitable[Reply]]


@dataclass(slots=True, frozen=True, eq=False)
class Route:
    """One method on one path."""

    method: str
    pattern: str
    handler: Handler
    paces_itself: bool = False
    """True: the handler waits as long as its answer would take; the service does not."""

    @property
    def in_mailbox(self) -> bool:
        """True where it is Exchange that answers, and its limits hold."""
        return _is_in_mailbox(self.pattern)


@cache
def _is_in_mailbox(pattern: str) -> bool:
    parts = pattern.lower().split("/")
    return len(parts) > 3 and parts[1] == "users" and parts[3] in _IN_MAILBOX


class Routes:
    """Every route, found by walking the path once. Literal segments are case-blind, as at Microsoft."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.all = tuple(routes)
        self._tree: dict[str, Any] = {}
        for route in self.all:
            node = self._tree
            for part in route.pattern.strip("/").split("/"):
                node = node.setdefault("{}" if part.startswith("{") else part.lower(), {})
            node.setdefault("", {})[route.method] = (route, _names(route.pattern))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route with the values in its path. Takes: the path as sent. Raises: GraphError 404 or 405."""
        values: list[str] = []
        node = self._tree
        for part in segments(path):
            literal = node.get(part.lower())
            if literal is None:
                literal = node.get("{}")
                values.append(part)
            if literal is None:
                raise GraphError(400, "BadRequest", f"Resource not found for the segment '{part}'.")
            node = literal
        methods = node.get("", {})
        if method not in methods:
            code, says = (405, "The HTTP method is not allowed here.") if methods else (404, f"No such path: {path}")
            raise GraphError(code, "Request_BadRequest" if methods else "BadRequest", says)
        route, names = methods[method]
        return route, dict(zip(names, values, strict=True))


def segments(path: str) -> list[str]:
    """The parts of a path, decoded; `mailFolders('inbox')` and `delta()` are read as `mailFolders/inbox` and `delta`."""
    parts = []
    for sent in path.strip("/").split("/"):
        part = unquote(sent)
        if part.endswith("')") and "('" in part:
            name, _, key = part[:-2].partition("('")
            parts += [name, key]
        else:
            parts.append(part.removesuffix("()"))
    return parts


def _names(pattern: str) -> tuple[str, ...]:
    return tuple(part[1:-1] for part in pattern.split("/") if part.startswith("{"))

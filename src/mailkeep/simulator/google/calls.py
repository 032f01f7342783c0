"""One request as the handlers see it, the answer they give, and the table of routes; no sockets here.

The same table serves direct requests and the parts of a batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec

if TYPE_CHECKING:
    from mailkeep.simulator.google.mailbox import Mailbox
    from mailkeep.simulator.google.tokens import Grant
    from mailkeep.simulator.google.workspace import Person, Workspace

JSON = "application/json; charset=UTF-8"
_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_USAGE = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"})
"""Reasons of the domain "usageLimits"; every other is "global"."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back over the wire."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    type: str = JSON
    garbled: bool = False
    """True: a fault made it what Google would never say."""


def answer(value: object, status: int = 200) -> Reply:
    """The value as JSON."""
    return Reply(status=status, body=msgspec.json.encode(value))


NOTHING = Reply(status=204)
"""Done, with nothing to say."""


class Refusal(Exception):
    """The request is refused, in Google's words."""

    def __init__(self, status: int, reason: str, says: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(says)
        self.status = status
        self.reason = reason
        self.headers = headers or {}
        self.details: list[dict[str, Any]] = []
        self.state = "FAILED_PRECONDITION" if reason == "failedPrecondition" else _STATUS.get(status, "UNKNOWN")

    def reply(self) -> Reply:
        """The error document."""
        domain = "usageLimits" if self.reason in _USAGE else "global"
        one = {"message": str(self), "domain": domain, "reason": self.reason}
        if self.status == HTTPStatus.UNAUTHORIZED:
            one |= {"location": "Authorization", "locationType": "header"}
        error = {"code": self.status, "message": str(self), "errors": [one], "status": self.state}
        if self.details:
            error["details"] = self.details
        return Reply(status=self.status, body=msgspec.json.encode({"error": error}), headers=self.headers)


def not_found(says: str = "Requested entity was not found.") -> Refusal:
    """404, as Gmail words it."""
    return Refusal(404, "notFound", says)


def invalid(says: str) -> Refusal:
    """400."""
    return Refusal(400, "invalidArgument", says)


@dataclass(slots=True)
class Call:
    """One request, and all that its handler may use."""

    workspace: Workspace
    method: str
    target: str
    """Path and query as they came."""
    headers: Mapping[str, str]
    body: bytes = b""
    params: dict[str, str] = field(default_factory=dict)
    """What the route's placeholders stand for."""
    query: dict[str, list[str]] = field(default_factory=dict)
    grant: Grant | None = None
    """Whose token came with it; None on routes that ask for none."""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def read_query(self) -> None:
        """Fills `query` from the target."""
        _, mark, text = self.target.partition("?")
        self.query = parse_qs(text, keep_blank_values=True) if mark else {}

    def json(self) -> dict[str, Any]:
        """The body. Raises: Refusal when it is no JSON object."""
        try:
            value = msgspec.json.decode(self.body or b"{}")
        except msgspec.DecodeError as error:
            raise Refusal(400, "parseError", "Parse Error") from error
        if not isinstance(value, dict):
            raise Refusal(400, "parseError", "Parse Error")
        return value

    def word(self, name: str, default: str = "") -> str:
        """A query parameter."""
        return self.query.get(name, (default,))[-1]

    def words(self, name: str) -> list[str]:
        """A repeated query parameter."""
        return self.query.get(name, [])

    def yes(self, name: str) -> bool:
        """A query parameter that is true."""
        return self.word(name).lower() in {"true", "1"}

    def number(self, name: str, default: int, most: int) -> int:
        """A count, cut to what is allowed. Raises: Refusal."""
        text = self.word(name)
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or int(text) == 0:
            raise invalid(f"Invalid value at '{name}': {text[:40]!r}.")
        return min(int(text), most)

    def person(self) -> Person:
        """Whose mailbox the path means: `me` or the address of the token's own user. Raises: Refusal."""
        assert self.grant is not None
        subject = self.workspace.find(self.grant.subject)
        key = self.params["userId"]
        if subject is None:
            raise Refusal(400, "failedPrecondition", "Precondition check failed.")
        if key != "me" and self.workspace.find(key) is not subject:
            raise Refusal(403, "forbidden", f"Delegation denied for {subject.address}")
        if subject.suspended or not subject.gmail:
            raise Refusal(400, "failedPrecondition", "Mail service not enabled")
        return subject

    def mailbox(self) -> Mailbox:
        """The mailbox of `person`. Raises: Refusal."""
        return self.person().mailbox

"""One request to a provider over HTTP, what came back, and what that means in the port's words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from mailkeep.connect.port import ConsentLost, Gone, ProviderTrouble, Refused, Throttled, Unreachable

MOST_ANSWER = 48 * 1024 * 1024
"""No JSON answer is longer; what is gets cut."""
BUSY_S = 10.0
"""Where a provider says "too many" and not for how long."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request."""

    doing: str
    """For sentences: what is asked and of whom, "reading mail 7 of ada@corp.example"."""
    method: str = "GET"
    url: str
    """Absolute, and encoded as it is to be sent."""
    headers: dict[str, str] = {}
    body: bytes = b""
    most: int = MOST_ANSWER
    """Bytes of the answer that are read at most."""
    twice: bool = True
    """True where asking a second time does no harm though the first may have been carried out."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back."""

    status: int
    headers: Mapping[str, str] = {}
    """Names in lower case."""
    body: bytes = b""
    cut: bool = False
    """True when the body is longer and this is its beginning."""

    @property
    def ok(self) -> bool:
        """True when what was asked was done."""
        return 200 <= self.status < 300

    @property
    def retry_after_s(self) -> float | None:
        """For how long the provider asks to be left alone; None where it does not say."""
        said = self.headers.get("retry-after", "").strip()
        if said.replace(".", "", 1).isdigit():
            return float(said)
        try:
            return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()) if said else None
        except (ValueError, TypeError):
            return None

    def json(self, doing: str) -> dict[str, Any]:
        """The body as an object. Raises: Unreachable when it is none."""
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            found = None
        if isinstance(found, dict) and not self.cut:
            return found
        kind = self.headers.get("content-type", "no type given") or "no type given"
        what = f"is longer than {len(self.body)} bytes" if self.cut else "is not a JSON object"
        raise Unreachable(
            f"{doing}: the answer (status {self.status}, {kind}, {len(self.body)} bytes) {what}."
            " Something between here and the provider may answer in its place; it is tried again."
        )


def said(answer: Answer) -> tuple[str, str]:
    """(code, message) of an error, as Graph, Google and their token endpoints write it; empty where it says nothing.

    Gives: the first line of the message, shortened: it may quote what was asked, never what was answered.
    """
    try:
        found = msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        return "", ""
    error = found.get("error")
    if isinstance(error, dict):
        code, message = error.get("status") or error.get("code"), error.get("message")
    else:
        code, message = error, found.get("error_description")
    return str(code or ""), (str(message or "").splitlines() or [""])[0][:300]


def trouble_of(answer: Answer, doing: str, remedy: str = "") -> ProviderTrouble:
    """What to raise for an answer that is not what was asked for. Takes: what a person is to do where access was refused."""
    code, message = said(answer)
    told = f"{doing}: status {answer.status}{' ' + code if code else ''}{': ' + message if message else ''}"
    told = told.rstrip(".") + "."
    status = answer.status
    if status == 429:
        return Throttled(f"{told} It is asked again when the provider's wait is over.", answer.retry_after_s or BUSY_S)
    if status in (401, 403):
        return ConsentLost(f"{told} {remedy or 'Check the registration and its permissions with `mailkeep doctor`.'}")
    if status in (404, 410):
        return Gone(told)
    if status >= 500 or not status >= 400:
        busy_s = answer.retry_after_s
        told += " The provider has trouble; it is tried again."
        return Throttled(told, busy_s) if busy_s else Unreachable(told)
    return Refused(told)

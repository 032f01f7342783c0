"""The Reports API: what people and administrators did, newest first, for 180 days."""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from mailkeep.simulator.google.calls import Call, Refusal, Reply, answer
from mailkeep.simulator.google.directory import CUSTOMER, administrator, stamp
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import REPORTS_READ

KEPT_S = 180 * 86_400
_GMAIL_SPAN = timedelta(days=30)
APPLICATIONS = frozenset({"login", "token", "admin", "gmail", "drive", "user_accounts", "groups", "saml"})
ROUTES = Routes()


@dataclass(slots=True, frozen=True, order=True)
class Activity:
    """One line of the log."""

    at: float
    serial: int
    app: str = field(compare=False)
    actor: str = field(compare=False)
    name: str = field(compare=False)
    kind: str = field(compare=False)
    ip: str = field(compare=False)
    facts: dict[str, Any] = field(compare=False)


class Audit:
    """The logs of all applications."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.late_s = 0.0
        """How long after it happened an event can be read."""
        self._clock = clock
        self._serials = count(-(1 << 62) + 77)
        self._logs: dict[str, list[Activity]] = defaultdict(list)

    def note(
        self,
        app: str,
        actor: str,
        name: str,
        kind: str = "",
        *,
        ip: str = "",
        at: float | None = None,
        **facts: object,
    ) -> None:
        """Something happened. Takes: `facts`: the event's parameters; str, bool, int or a list of str."""
        moment = self._clock() if at is None else at
        insort(self._logs[app], Activity(moment, next(self._serials), app, actor, name, kind, ip, facts))

    def newest_first(self, app: str) -> list[Activity]:
        """What can be read by now."""
        now = self._clock()
        readable = (each for each in reversed(self._logs[app]) if now - KEPT_S <= each.at <= now - self.late_s)
        return list(readable)


@ROUTES.add("GET", "/admin/reports/v1/activity/users/{userKey}/applications/{applicationName}",
            "reports.activities.list", REPORTS_READ)  # fmt: skip
def list_activities(call: Call) -> Reply:
    """Events of one application, of everybody or one user."""
    administrator(call)
    app = call.params["applicationName"]
    if app not in APPLICATIONS:
        raise Refusal(400, "invalid", f"Invalid value: Application name {app[:40]} is not valid.")
    since, until = _moment(call, "startTime"), _moment(call, "endTime")
    if app == "gmail":
        if since is None or until is None:
            raise Refusal(400, "invalid", "Gmail activities require both startTime and endTime.")
        if until - since > _GMAIL_SPAN.total_seconds():
            raise Refusal(400, "invalid", "The time range of Gmail activities may be at most 30 days.")
    found = [each for each in call.workspace.audit.newest_first(app) if _fits(call, each, since, until)]
    limit = call.number("maxResults", 1000, 1000)
    start = _start(call.word("pageToken"), found)
    page = found[start : start + limit]
    document: dict[str, Any] = {"kind": "admin#reports#activities", "etag": '"activities"'}
    if page:
        document["items"] = [_shown(call, each) for each in page]
    if start + limit < len(found):
        document["nextPageToken"] = f"A:{page[-1].at!r}:{page[-1].serial}"
    return answer(document)


def _start(token: str, found: list[Activity]) -> int:
    if not token:
        return 0
    try:
        _, at, serial = token.split(":")
        last = (float(at), int(serial))
    except ValueError as error:
        raise Refusal(400, "invalid", "Invalid page token.") from error
    return sum((each.at, each.serial) >= last for each in found)


def _moment(call: Call, name: str) -> float | None:
    text = call.word(name)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise Refusal(400, "invalid", f"Invalid value for {name}: {text[:40]!r} is not RFC 3339.") from error


def _fits(call: Call, event: Activity, since: float | None, until: float | None) -> bool:
    user = call.params["userKey"]
    if user not in {"all", event.actor}:
        person = call.workspace.find(user)
        if person is None or person.address != event.actor:
            return False
    if (since is not None and event.at < since) or (until is not None and event.at > until):
        return False
    if call.word("eventName") and call.word("eventName") != event.name:
        return False
    if call.word("actorIpAddress") and call.word("actorIpAddress") != event.ip:
        return False
    return all(_holds(event, each) for each in call.word("filters").split(",") if each)


def _holds(event: Activity, wanted: str) -> bool:
    name, equal, value = wanted.partition("==")
    if equal:
        return str(event.facts.get(name, "")).lower() == value.lower()
    name, differs, value = wanted.partition("<>")
    return not differs or str(event.facts.get(name, "")).lower() != value.lower()


def _shown(call: Call, event: Activity) -> dict[str, Any]:
    person = call.workspace.find(event.actor)
    profile = {"profileId": person.id} if person else {}
    parameters = [{"name": name, **_value(value)} for name, value in event.facts.items()]
    one: dict[str, Any] = {"name": event.name, "type": event.kind} if event.kind else {"name": event.name}
    shown = {
        "kind": "admin#reports#activity",
        "id": {
            "time": stamp(event.at),
            "uniqueQualifier": str(event.serial),
            "applicationName": event.app,
            "customerId": CUSTOMER,
        },
        "etag": f'"{event.serial}"',
        "actor": {"callerType": "USER", "email": event.actor, **profile},
        "events": [one | ({"parameters": parameters} if parameters else {})],
    }
    return shown | ({"ipAddress": event.ip} if event.ip else {})


def _value(value: object) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, list):
        return {"multiValue": value}
    return {"value": str(value)}

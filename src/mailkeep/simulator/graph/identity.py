"""The directory beyond the list of users: who manages whom, the tenant and its domains, and what stops an account.

Source: Graph, "List manager", "user: revokeSignInSessions", "Update user", "user: delta".
"""

from typing import Any

from mailkeep.simulator.graph.listing import listed, one
from mailkeep.simulator.graph.odata import chosen, link, number, shown
from mailkeep.simulator.graph.office import Office, Person
from mailkeep.simulator.graph.reports import Reports
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route
from mailkeep.simulator.graph.users import DEFAULT, USER

_USER = "microsoft.graph.user"
_DELTA_FIELDS = (
    "displayName",
    "mail",
    "userPrincipalName",
    "jobTitle",
    "accountEnabled",
    "department",
    "proxyAddresses",
)
_SETTABLE = {"accountEnabled": "enabled", "displayName": "name", "jobTitle": "title", "department": "department"}
_ENABLES = "User.EnableDisableAccount.All"
_WRITES = "User.ReadWrite.All"
_ROUNDS_KEPT = 64
"""A delta token older than so many rounds is not known any more."""


class Identity:
    """Handlers, and what apps did to accounts."""

    def __init__(self, office: Office, reports: Reports) -> None:
        self.office, self.reports = office, reports
        self.revoked: dict[str, float] = {}
        """Person's id → when all sessions were ended last."""
        self._rounds: dict[int, dict[str, int]] = {}
        """What the latest delta rounds told: person's id → print of what was shown."""
        self._round_number = 0

    def routes(self) -> tuple[Route, ...]:
        """For the server."""
        return (
            Route("GET", "/users/delta", self._delta),
            Route("PATCH", "/users/{user}", self._change),
            Route("GET", "/users/{user}/manager", self._manager),
            Route("GET", "/users/{user}/directReports", self._direct_reports),
            Route("POST", "/users/{user}/revokeSignInSessions", self._revoke),
            Route("GET", "/domains", lambda asked: listed(asked, self._domains())),
            Route("GET", "/domains/{domain}", lambda asked: one(asked, self._domains(), "domain")),
            Route("GET", "/organization", lambda asked: listed(asked, self._organization())),
        )

    def _manager(self, request: Request) -> Reply:
        manager = self.office.people.get(request.owner.manager)
        if manager is None:
            says = f"Resource 'manager' does not exist for user '{request.owner.id}'."
            raise GraphError(404, "Request_ResourceNotFound", says)
        return Reply(200, {"@odata.context": request.context("directoryObjects/$entity"), **_object(request, manager)})

    def _direct_reports(self, request: Request) -> Reply:
        rows = [_object(request, each) for each in self.office.people.values() if each.manager == request.owner.id]
        return Reply(200, {"@odata.context": request.context("directoryObjects"), "value": rows})

    def _change(self, request: Request) -> Reply:
        person = request.owner
        asked = {name: value for name, value in request.json().items() if "@" not in name}
        if unknown := set(asked) - set(_SETTABLE):
            says = f"The property {', '.join(sorted(unknown))} of a user cannot be changed here."
            raise GraphError(400, "Request_BadRequest", says)
        if set(asked) != {"accountEnabled"} and _WRITES not in request.held:
            says = f"Insufficient privileges to complete the operation. Missing application permission: {_WRITES}."
            raise GraphError(403, "Authorization_RequestDenied", says)
        if not isinstance(asked.get("accountEnabled", True), bool):
            raise GraphError(400, "Request_BadRequest", "accountEnabled is true or false.")
        for name, value in asked.items():
            setattr(person, _SETTABLE[name], value)
        verb = {True: "Enable account", False: "Disable account"}.get(asked.get("accountEnabled", ""), "Update user")
        self.reports.note(verb, request.app.name, person.upn)
        return Reply(204)

    def _revoke(self, request: Request) -> Reply:
        self.revoked[request.owner.id] = self.office.clock()
        self.reports.note("Update StsRefreshTokenValidFrom Timestamp", request.app.name, request.owner.upn)
        return Reply(200, {"@odata.context": request.context("Edm.Boolean"), "value": True})

    def _domains(self) -> list[dict[str, Any]]:
        return [
            {
                "id": name,
                "authenticationType": "Managed",
                "availabilityStatus": None,
                "isAdminManaged": True,
                "isDefault": place == 0,
                "isInitial": False,
                "isRoot": True,
                "isVerified": True,
                "supportedServices": ["Email"],
            }
            for place, name in enumerate(self.office.domains)
        ]

    def _organization(self) -> list[dict[str, Any]]:
        verified = [
            {"name": name, "isDefault": place == 0, "isInitial": False, "capabilities": "Email", "type": "Managed"}
            for place, name in enumerate(self.office.domains)
        ]
        return [{"id": self.office.tenant_id, "displayName": self.office.name, "verifiedDomains": verified}]

    def _delta(self, request: Request) -> Reply:
        """Everybody, then who came, changed or went since the round that the token ended."""
        fields = chosen(request, USER, _DELTA_FIELDS, _USER)
        before = self._round(request)
        now = {person.id: _print(person) for person in self.office.people.values()}
        rows: list[dict[str, Any]] = [
            {"id": known, **shown(fields, USER, self.office.people[known])}
            for known, told in now.items()
            if before.get(known) != told
        ]
        rows += [{"id": known, "@removed": {"reason": "deleted"}} for known in before if known not in now]
        at, size = number(request, "$skiptoken", 0, 10**9), 200
        body: dict[str, Any] = {"@odata.context": request.context("users"), "value": rows[at : at + size]}
        if at + size < len(rows):
            body["@odata.nextLink"] = link(request, "/users/delta", {**request.query, "$skiptoken": str(at + size)})
        else:
            self._round_number += 1
            self._rounds[self._round_number] = now
            self._rounds.pop(self._round_number - _ROUNDS_KEPT, None)
            kept = {name: value for name, value in request.query.items() if not name.endswith("token")}
            body["@odata.deltaLink"] = link(request, "/users/delta", {**kept, "$deltatoken": str(self._round_number)})
        return Reply(200, body)

    def _round(self, request: Request) -> dict[str, int]:
        token = request.query.get("$deltatoken")
        if token is None:
            return {}
        if not token.isdecimal() or int(token) not in self._rounds:
            fresh = {"Location": f"{request.base}/users/delta"}
            raise GraphError(410, "syncStateNotFound", "The sync state generation is not found.", fresh)
        return self._rounds[int(token)]


def _object(request: Request, person: Person) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.user",
        "id": person.id,
        **shown(chosen(request, USER, DEFAULT, _USER), USER, person),
    }


def _print(person: Person) -> int:
    return hash(
        (person.name, person.address, person.upn, person.aliases, person.title, person.department, person.enabled)
    )

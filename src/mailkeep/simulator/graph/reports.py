"""The tenant's logs: sign-ins, directory audits, and what identity protection found.

A record can become readable later than it happened, as in life. Source: Graph, "List signIns", "List directoryAudits",
"List riskDetections", "riskyUser resource type".
"""

from collections.abc import Sequence
from typing import Any

from mailkeep.simulator.graph.listing import listed, one
from mailkeep.simulator.graph.odata import moment
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.records import Audit, Risk, SignIn
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route

_LEVELS = ("none", "low", "medium", "high")


class Reports:
    """What happened in the tenant; tests write it, the API reads it out."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.sign_ins: list[SignIn] = []
        self.audits: list[Audit] = []
        self.risks: list[Risk] = []
        self.premium = True
        """False: the tenant has no Entra P1 licence, and sign-ins and risks are refused."""
        self._states: dict[str, tuple[str, float]] = {}
        """Person's id → (risk state that an app or administrator set, when)."""

    def note(
        self, activity: str, by: str, target: str = "", *, kind: str = "User", category: str = "UserManagement"
    ) -> None:
        """A directory audit of this moment."""
        at = self.office.clock()
        self.audits.append(Audit(activity=activity, by=by, at=at, target=target, target_kind=kind, category=category))

    def routes(self) -> tuple[Route, ...]:
        """For the server."""
        protection = "/identityProtection"
        return (
            Route("GET", "/auditLogs/signIns", lambda asked: listed(asked, self._sign_ins(), newest="createdDateTime")),
            Route("GET", "/auditLogs/signIns/{record}", lambda asked: one(asked, self._sign_ins(), "record")),
            Route(
                "GET",
                "/auditLogs/directoryAudits",
                lambda asked: listed(asked, self._audits(), newest="activityDateTime"),
            ),
            Route("GET", "/auditLogs/directoryAudits/{record}", lambda asked: one(asked, self._audits(), "record")),
            Route(
                "GET",
                f"{protection}/riskDetections",
                lambda asked: listed(asked, self._risks(), newest="detectedDateTime"),
            ),
            Route("GET", f"{protection}/riskDetections/{{record}}", lambda asked: one(asked, self._risks(), "record")),
            Route("GET", f"{protection}/riskyUsers", lambda asked: listed(asked, self._risky())),
            Route("GET", f"{protection}/riskyUsers/{{person}}", lambda asked: one(asked, self._risky(), "person")),
            Route(
                "POST",
                f"{protection}/riskyUsers/confirmCompromised",
                lambda asked: self._set(asked, "confirmedCompromised"),
            ),
            Route("POST", f"{protection}/riskyUsers/dismiss", lambda asked: self._set(asked, "dismissed")),
        )

    def _sign_ins(self) -> list[dict[str, Any]]:
        self._check_licence()
        return self._readable(self.sign_ins)

    def _audits(self) -> list[dict[str, Any]]:
        return self._readable(self.audits)

    def _risks(self) -> list[dict[str, Any]]:
        self._check_licence()
        return self._readable(self.risks)

    def _check_licence(self) -> None:
        if not self.premium:
            code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
            raise GraphError(403, code, "Neither tenant is B2C or tenant doesn't have premium license")

    def _readable(self, records: Sequence[SignIn | Audit | Risk]) -> list[dict[str, Any]]:
        now = self.office.clock()
        return [each.json(self.office, number) for number, each in enumerate(records) if each.at + each.late_s <= now]

    def _risky(self) -> list[dict[str, Any]]:
        """One row for everybody of whom something was detected or decided."""
        levels: dict[str, tuple[int, float]] = {}
        for risk in self.risks:
            known = self.office.person(risk.person).id
            level, at = levels.get(known, (0, 0.0))
            levels[known] = max(level, _LEVELS.index(risk.level)), max(at, risk.at)
        rows = []
        for known in {**levels, **self._states}:
            person = self.office.people[known]
            state, decided = self._states.get(known, ("atRisk", 0.0))
            level, seen = levels.get(known, (0, 0.0))
            level = {"confirmedCompromised": 3, "dismissed": 0}.get(state, level)
            rows.append(
                {
                    "id": known,
                    "isDeleted": False,
                    "isProcessing": False,
                    "riskLevel": _LEVELS[level],
                    "riskState": state,
                    "riskDetail": "none" if state == "atRisk" else "adminConfirmedUserCompromised",
                    "riskLastUpdatedDateTime": moment(max(seen, decided)),
                    "userDisplayName": person.name,
                    "userPrincipalName": person.upn,
                }
            )
        return rows

    def _set(self, request: Request, state: str) -> Reply:
        named = request.json().get("userIds")
        if not isinstance(named, list) or not named or not all(each in self.office.people for each in named):
            raise GraphError(400, "BadRequest", "userIds must name users of the tenant.")
        for each in named:
            self._states[each] = state, self.office.clock()
        return Reply(204)

"""Apps in the tenant: what users and administrators let them do, and when their credentials end.

Source: Graph, "oAuth2PermissionGrant resource type", "List appRoleAssignments", "application resource type".
"""

import base64
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from mailkeep.simulator.graph.apps import App
from mailkeep.simulator.graph.ids import guid
from mailkeep.simulator.graph.listing import listed, one
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.reports import Reports
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route

GRAPH_APP = "00000003-0000-0000-c000-000000000000"
_APPLICATION, _ROLE, _GRAPH, _CREDENTIAL = 10, 11, 12, 13


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A delegated grant."""

    id: str
    client: str
    """Object id of the app's service principal."""
    person: str
    """Id of who consented for themselves; empty: an administrator for everybody."""
    scope: str


class Consents:
    """Delegated grants, which users give, beside what the office's apps have."""

    def __init__(self, office: Office, reports: Reports) -> None:
        self.office, self.reports = office, reports
        self.delegated: dict[str, Consent] = {}
        self._made = 0

    def consent(self, app: App, scope: str, address: str = "") -> Consent:
        """A user, or an administrator for everybody, lets an app act for them; the audit log has it."""
        self._made += 1
        person = self.office.person(address).id if address else ""
        key = base64.urlsafe_b64encode(f"{app.number}-{self._made}".encode()).rstrip(b"=").decode()
        given = self.delegated[key] = Consent(id=key, client=app.object_id, person=person, scope=scope)
        by = address or "administrator"
        self.reports.note(
            "Consent to application", by, app.name, kind="ServicePrincipal", category="ApplicationManagement"
        )
        return given

    def routes(self) -> tuple[Route, ...]:
        """For the server."""
        return (
            Route("GET", "/oauth2PermissionGrants", lambda asked: listed(asked, self._grants())),
            Route("GET", "/oauth2PermissionGrants/{grant}", lambda asked: one(asked, self._grants(), "grant")),
            Route("DELETE", "/oauth2PermissionGrants/{grant}", self._remove),
            Route("GET", "/users/{user}/oauth2PermissionGrants", self._of_user),
            Route("GET", "/servicePrincipals", lambda asked: listed(asked, self._principals())),
            Route("GET", "/servicePrincipals/{principal}", lambda asked: one(asked, self._principals(), "principal")),
            Route("GET", "/servicePrincipals/{principal}/appRoleAssignments", self._assignments),
            Route("GET", "/applications", lambda asked: listed(asked, self._applications())),
            Route("GET", "/applications/{application}", lambda asked: one(asked, self._applications(), "application")),
        )

    def _of_user(self, request: Request) -> Reply:
        return listed(request, [row for row in self._grants() if row["principalId"] == request.owner.id])

    def _remove(self, request: Request) -> Reply:
        found = self.delegated.pop(request.params["grant"], None)
        if found is None:
            raise GraphError(404, "Request_ResourceNotFound", f"Resource '{request.params['grant']}' does not exist.")
        by = request.app.name
        self.reports.note(
            "Remove delegated permission grant", by, kind="ServicePrincipal", category="ApplicationManagement"
        )
        return Reply(204)

    def _grants(self) -> list[dict[str, Any]]:
        return [
            {
                "id": each.id,
                "clientId": each.client,
                "consentType": "Principal" if each.person else "AllPrincipals",
                "principalId": each.person or None,
                "resourceId": guid(_GRAPH, 1),
                "scope": each.scope,
            }
            for each in self.delegated.values()
        ]

    def _apps(self) -> list[App]:
        return [app for app in self.office.apps.values() if app.present]

    def _principals(self) -> list[dict[str, Any]]:
        names = sorted({name for app in self._apps() for name in app.permissions})
        graph = {
            "id": guid(_GRAPH, 1),
            "appId": GRAPH_APP,
            "displayName": "Microsoft Graph",
            "accountEnabled": True,
            "servicePrincipalType": "Application",
            "appRoles": [
                {
                    "id": role_id(name),
                    "value": name,
                    "displayName": name,
                    "description": name,
                    "isEnabled": True,
                    "origin": "Application",
                    "allowedMemberTypes": ["Application"],
                }
                for name in names
            ],
        }
        ours = [
            {
                "id": app.object_id,
                "appId": app.client_id,
                "displayName": app.name,
                "accountEnabled": app.enabled,
                "servicePrincipalType": "Application",
                "appRoles": [],
            }
            for app in self._apps()
        ]
        return [graph, *ours]

    def _assignments(self, request: Request) -> Reply:
        app = next((each for each in self._apps() if each.object_id == request.params["principal"]), None)
        if app is None:
            raise GraphError(
                404, "Request_ResourceNotFound", f"Resource '{request.params['principal']}' does not exist."
            )
        rows = [
            {
                "id": base64.urlsafe_b64encode(f"{app.number}:{name}".encode()).decode(),
                "appRoleId": role_id(name),
                "createdDateTime": "2026-01-05T09:00:00Z",
                "principalDisplayName": app.name,
                "principalId": app.object_id,
                "principalType": "ServicePrincipal",
                "resourceDisplayName": "Microsoft Graph",
                "resourceId": guid(_GRAPH, 1),
            }
            for name in sorted(app.permissions)
        ]
        return listed(request, rows)

    def _applications(self) -> list[dict[str, Any]]:
        return [
            {
                "id": guid(_APPLICATION, app.number),
                "appId": app.client_id,
                "displayName": app.name,
                "signInAudience": "AzureADMyOrg",
                "passwordCredentials": [
                    _secret(app, at, each.value, each.expires) for at, each in enumerate(app.secrets)
                ],
                "keyCredentials": [
                    {
                        "customKeyIdentifier": base64.b64encode(each.sha1).decode(),
                        "displayName": each.x509.subject.rfc4514_string(),
                        "startDateTime": _moment(each.x509.not_valid_before_utc),
                        "endDateTime": _moment(each.x509.not_valid_after_utc),
                        "key": None,
                        "keyId": guid(_CREDENTIAL, app.number << 16 | 1 << 15 | at),
                        "type": "AsymmetricX509Cert",
                        "usage": "Verify",
                    }
                    for at, each in enumerate(app.certificates)
                ],
            }
            for app in self._apps()
        ]


def role_id(permission: str) -> str:
    """The id of an app role of Microsoft Graph; not the real one, which a client looks up by name all the same."""
    return guid(_ROLE, int.from_bytes(blake2b(permission.encode(), digest_size=7).digest()))


def _secret(app: App, at: int, value: str, expires: datetime) -> dict[str, Any]:
    return {
        "customKeyIdentifier": None,
        "displayName": f"secret {at + 1}",
        "startDateTime": "2026-01-05T09:00:00Z",
        "endDateTime": _moment(expires),
        "hint": value[:3],
        "keyId": guid(_CREDENTIAL, app.number << 16 | at),
        "secretText": None,
    }


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"

"""What the tenant's logs record: sign-ins, directory audits, risk detections. Source: Graph, "signIn resource type" and kin."""

from typing import Any

import msgspec

from mailkeep.simulator.graph.ids import guid
from mailkeep.simulator.graph.odata import moment
from mailkeep.simulator.graph.office import Office
from mailkeep.simulator.graph.tree import AbsentError

_SIGN_IN, _AUDIT, _RISK, _FORMER = 7, 8, 9, 14
_EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an address is."""

    city: str = ""
    country: str = ""
    """Two letters."""
    latitude: float | None = None
    longitude: float | None = None

    def json(self) -> dict[str, Any]:
        """A signInLocation."""
        where = {"altitude": None, "latitude": self.latitude, "longitude": self.longitude}
        return {
            "city": self.city or None,
            "state": None,
            "countryOrRegion": self.country or None,
            "geoCoordinates": where,
        }


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody signed in, or tried to."""

    person: str
    """Address."""
    ip: str
    at: float
    """Unix time."""
    place: Place = Place()
    late_s: float = 0.0
    """How long after it happened the log shows it."""
    app: str = "Office 365 Exchange Online"
    app_id: str = _EXCHANGE
    client: str = "Browser"
    """clientAppUsed."""
    user_agent: str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
    browser: str = "Edge 142.0.0"
    system: str = "Windows10"
    managed: bool = False
    error: int = 0
    """0: signed in; else the AADSTS number."""
    risk: str = "none"
    """riskLevel."""
    risk_types: tuple[str, ...] = ()
    """riskEventTypes_v2."""

    def json(self, office: Office, number: int) -> dict[str, Any]:
        """The record with this number."""
        return {
            "id": guid(_SIGN_IN, number),
            "createdDateTime": moment(self.at),
            **_who(office, self.person),
            "appId": self.app_id,
            "appDisplayName": self.app,
            "ipAddress": self.ip,
            "clientAppUsed": self.client,
            "userAgent": self.user_agent,
            "correlationId": guid(_SIGN_IN, number),
            "conditionalAccessStatus": "notApplied",
            "appliedConditionalAccessPolicies": [],
            "isInteractive": True,
            "riskDetail": "none",
            "riskLevelAggregated": self.risk,
            "riskLevelDuringSignIn": self.risk,
            "riskState": "none" if self.risk == "none" else "atRisk",
            "riskEventTypes_v2": list(self.risk_types),
            "resourceDisplayName": self.app,
            "resourceId": self.app_id,
            "status": {
                "errorCode": self.error,
                "failureReason": "Error validating credentials." if self.error else "Other.",
                "additionalDetails": None,
            },
            "deviceDetail": {
                "deviceId": "",
                "displayName": "",
                "operatingSystem": self.system,
                "browser": self.browser,
                "isCompliant": self.managed,
                "isManaged": self.managed,
                "trustType": "Azure AD joined" if self.managed else "",
            },
            "location": self.place.json(),
        }


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody changed the directory."""

    activity: str
    """activityDisplayName: "Consent to application", "Update user", …"""
    by: str
    """Address of a person, or the name of an app."""
    at: float
    """Unix time."""
    target: str = ""
    """What was changed, by name."""
    target_kind: str = "User"
    """User, ServicePrincipal, Group, …"""
    category: str = "UserManagement"
    changes: tuple[tuple[str, str, str], ...] = ()
    """(property, before, after)."""
    ip: str = ""
    late_s: float = 0.0
    """How long after it happened the log shows it."""

    def json(self, office: Office, number: int) -> dict[str, Any]:
        """The record with this number."""
        return {
            "id": f"Directory_{guid(_AUDIT, number)}",
            "activityDateTime": moment(self.at),
            "activityDisplayName": self.activity,
            "category": self.category,
            "correlationId": guid(_AUDIT, number),
            "loggedByService": "Core Directory",
            "operationType": "Update",
            "result": "success",
            "resultReason": "",
            "initiatedBy": self._initiator(office),
            "targetResources": [
                {
                    "id": guid(_AUDIT, number),
                    "displayName": self.target or None,
                    "type": self.target_kind,
                    "userPrincipalName": self.target if self.target_kind == "User" else None,
                    "modifiedProperties": [
                        {"displayName": name, "oldValue": before, "newValue": after}
                        for name, before, after in self.changes
                    ],
                }
            ],
            "additionalDetails": [],
        }

    def _initiator(self, office: Office) -> dict[str, Any]:
        if "@" not in self.by:
            return {"app": {"appId": None, "displayName": self.by, "servicePrincipalId": None}, "user": None}
        told = _who(office, self.by)
        user = {
            "id": told["userId"],
            "displayName": told["userDisplayName"],
            "userPrincipalName": told["userPrincipalName"],
        }
        return {"user": {**user, "ipAddress": self.ip or None}, "app": None}


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """Identity protection noticed something."""

    person: str
    """Address."""
    kind: str
    """riskEventType: unlikelyTravel, anonymizedIPAddress, mcasSuspiciousInboxManipulationRules, …"""
    at: float
    """Unix time."""
    level: str = "medium"
    """low, medium, high."""
    ip: str = ""
    place: Place = Place()
    late_s: float = 0.0
    """How long after it happened the log shows it."""

    def json(self, office: Office, number: int) -> dict[str, Any]:
        """The record with this number."""
        return {
            "id": guid(_RISK, number),
            "requestId": guid(_RISK, number),
            "correlationId": guid(_RISK, number),
            "riskEventType": self.kind,
            "riskState": "atRisk",
            "riskLevel": self.level,
            "riskDetail": "none",
            "source": "IdentityProtection",
            "detectionTimingType": "offline" if self.late_s else "realtime",
            "activity": "signin",
            "tokenIssuerType": "AzureAD",
            "ipAddress": self.ip or None,
            "location": self.place.json(),
            "activityDateTime": moment(self.at),
            "detectedDateTime": moment(self.at),
            "lastUpdatedDateTime": moment(self.at),
            "additionalInfo": "[]",
            **_who(office, self.person),
        }


def _who(office: Office, address: str) -> dict[str, Any]:
    try:
        person = office.person(address)
    except AbsentError:  # the log outlives the account
        return {"userId": guid(_FORMER, 0), "userDisplayName": address, "userPrincipalName": address}
    return {"userId": person.id, "userDisplayName": person.name, "userPrincipalName": person.upn}

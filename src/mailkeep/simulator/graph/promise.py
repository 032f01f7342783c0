"""One promise to tell of changed messages: what may be asked for, and what is said when one changes.

Source: Graph, "subscription resource type", "Change notifications for Outlook resources".
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from mailkeep.simulator.graph.apps import App
from mailkeep.simulator.graph.ids import MalformedIdError
from mailkeep.simulator.graph.mailbox import Change
from mailkeep.simulator.graph.odata import moment
from mailkeep.simulator.graph.office import Office, Person
from mailkeep.simulator.graph.permissions import held
from mailkeep.simulator.graph.rich import Seal
from mailkeep.simulator.graph.routes import GraphError, Request, segments
from mailkeep.simulator.graph.tree import AbsentError

LONGEST_S = 10_080 * 60.0
LONGEST_RICH_S = 1_440 * 60.0
SHORTEST_S = 45 * 60.0
"""A shorter life is raised to this."""
_LONGEST_STATE = 128
_CHANGES = frozenset({"created", "updated", "deleted"})
_SELECT = re.compile(r"\$select=([\w,]+)", re.IGNORECASE)
_NEEDED = ("changeType", "notificationUrl", "resource", "expirationDateTime")

Key = tuple[str, str, int | None, frozenset[str]]
"""(client id, person, folder, changes): each may be promised once."""


@dataclass(slots=True, frozen=True)
class Place:
    """What is watched."""

    person: Person
    folder: int | None
    """Number of the folder; None: the whole mailbox."""
    spelled: str
    """As it was asked for."""
    select: tuple[str, ...]
    """Properties that a notice carries."""


@dataclass(slots=True, eq=False)
class Promise:
    """A subscription."""

    id: str
    app: App
    place: Place
    changes: frozenset[str]
    url: str
    lifecycle_url: str
    state: str
    """`clientState`."""
    expires: float
    immutable: bool
    """True: ids in its notices are immutable ones."""
    seal: Seal | None = None
    """Set where notices carry the message."""
    reauthorize: bool = False
    """The app was asked to reauthorize and has not."""

    @property
    def key(self) -> Key:
        """What may be there once."""
        return self.app.client_id, self.place.person.id, self.place.folder, self.changes

    @property
    def lawful(self) -> bool:
        """Whether the app may still read what it is told of."""
        app = self.app
        may_read = not held(app, self.place.person).isdisjoint(_needs(rich=self.seal is not None))
        return may_read and app.enabled and app.present

    def hears(self, change: Change) -> str:
        """What a change is called for this promise; empty when it is not told."""
        kind = change.kind
        if self.place.folder is None:
            if change.moved:
                # for the mailbox as a whole a move is one update, told at the arrival
                kind = "updated" if kind == "created" else ""
        elif self.place.folder != change.folder:
            return ""
        return kind if kind in self.changes else ""

    def json(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "id": self.id,
            "resource": self.place.spelled,
            "applicationId": self.app.client_id,
            "changeType": ",".join(sorted(self.changes)),
            "clientState": self.state or None,
            "notificationUrl": self.url,
            "notificationQueryOptions": None,
            "lifecycleNotificationUrl": self.lifecycle_url or None,
            "expirationDateTime": moment(self.expires),
            "creatorId": self.app.object_id,
            "includeResourceData": self.seal is not None,
            "latestSupportedTlsVersion": "v1_2",
            "encryptionCertificate": None,
            "encryptionCertificateId": self.seal.certificate_id if self.seal else None,
            "notificationUrlAppId": None,
        }

    def envelope(self, office: Office) -> dict[str, Any]:
        """What every notice says first."""
        return {
            "subscriptionId": self.id,
            "subscriptionExpirationDateTime": moment(self.expires),
            "tenantId": office.tenant_id,
            "clientState": self.state or None,
        }

    def notice(self, office: Office, kind: str, message: str) -> dict[str, Any]:
        """A change notification about the message of this id."""
        resource = f"Users/{self.place.person.id}@{office.tenant_id}/Messages/{message}"
        about = {
            "@odata.type": "#Microsoft.Graph.Message",
            "@odata.id": resource,
            "@odata.etag": f'W/"{message[-16:]}"',
            "id": message,
        }
        return {**self.envelope(office), "changeType": kind, "resource": resource, "resourceData": about}

    def lifecycle(self, office: Office, event: str) -> dict[str, Any]:
        """A notice about the subscription itself."""
        return {**self.envelope(office), "lifecycleEvent": event, "resource": self.place.spelled}


def asked_for(request: Request) -> Promise:
    """The promise that a POST describes, not yet made. Raises: GraphError."""
    body = request.json()
    for name in _NEEDED:
        if not isinstance(body.get(name), str) or not body[name]:
            raise GraphError(400, "InvalidRequest", f"Subscription is missing the required property: {name}.")
    changes = frozenset(body["changeType"].replace(" ", "").split(","))
    if not changes <= _CHANGES:
        raise GraphError(400, "InvalidRequest", f"changeType '{body['changeType']}' is not supported.")
    state = str(body.get("clientState") or "")
    if len(state) > _LONGEST_STATE:
        raise GraphError(400, "InvalidRequest", f"clientState must not exceed {_LONGEST_STATE} characters.")
    place, seal = place_of(request.office, body["resource"]), _seal(body)
    if seal is not None and not place.select:
        raise GraphError(400, "InvalidRequest", "Outlook resources with resource data need $select in the resource.")
    promise = Promise(
        id=str(uuid4()),
        app=request.app,
        place=place,
        changes=changes,
        url=body["notificationUrl"],
        lifecycle_url=str(body.get("lifecycleNotificationUrl") or ""),
        state=state,
        expires=expiry(request.office, body, rich=seal is not None),
        immutable=request.immutable,
        seal=seal,
    )
    if not promise.lawful:
        need = " or ".join(_needs(rich=seal is not None))
        says = (
            f"Operation: Create; Exception: [Status Code: Forbidden; Reason: Missing application permission: {need}.]"
        )
        raise GraphError(403, "ExtensionError", says)
    return promise


def place_of(office: Office, spelled: str) -> Place:
    """What a `resource` means. Raises: GraphError."""
    path, _, query = spelled.partition("?")
    parts = segments(path)
    shape = [part.lower() for part in parts]
    chosen = _SELECT.search(query)
    select = tuple(chosen[1].split(",")) if chosen else ()
    whole = len(parts) == 3 and shape[0::2] == ["users", "messages"]
    if not whole and not (len(parts) == 5 and shape[0::2] == ["users", "mailfolders", "messages"]):
        raise GraphError(400, "InvalidRequest", f"Resource '{spelled}' is not supported.")
    try:
        person = office.person(parts[1])
        folder = None if whole else office.mailbox(person).folder_at(parts[3]).number
    except (AbsentError, MalformedIdError) as error:
        raise GraphError(404, "ResourceNotFound", f"Resource '{spelled}' was not found.") from error
    return Place(person, folder, spelled, select)


def expiry(office: Office, body: dict[str, Any], *, rich: bool) -> float:
    """Until when, as Unix time. Raises: GraphError."""
    try:
        end = datetime.fromisoformat(str(body.get("expirationDateTime")))
    except ValueError as error:
        raise GraphError(400, "InvalidRequest", "expirationDateTime is missing or not a moment.") from error
    now, longest = office.clock(), LONGEST_RICH_S if rich else LONGEST_S
    seconds = (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp() - now
    if seconds > longest:
        says = f"Subscription expiration can only be {longest / 60:.0f} minutes in the future."
        raise GraphError(400, "ExtensionError", says)
    if seconds <= 0:
        raise GraphError(400, "InvalidRequest", "Subscription expiration must be in the future.")
    return now + max(seconds, SHORTEST_S)


def _needs(*, rich: bool) -> tuple[str, ...]:
    return ("Mail.Read",) if rich else ("Mail.ReadBasic.All", "Mail.Read")


def _seal(body: dict[str, Any]) -> Seal | None:
    if body.get("includeResourceData") is not True:
        return None
    try:
        return Seal(str(body.get("encryptionCertificate") or ""), str(body.get("encryptionCertificateId") or ""))
    except ValueError as error:
        raise GraphError(400, "InvalidRequest", f"encryptionCertificate cannot be used: {error}.") from error

"""The Directory API: users, what they granted to applications, groups, domains. Only administrators may ask."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mailkeep.simulator.google.calls import NOTHING, Call, Refusal, Reply, answer
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import (
    SECURITY,
    USERS,
    USERS_LIST,
    USERS_READ,
)

if TYPE_CHECKING:
    from mailkeep.simulator.google.workspace import AppToken, Person

CUSTOMER = "C03mail7k"
ROUTES = Routes()
_AT = "/admin/directory/v1"
_CHANGEABLE = {"suspended": "suspended", "orgUnitPath": "unit", "isAdmin": "admin"}
"""Fields of a user that update and patch set, and ours."""


def administrator(call: Call) -> "Person":
    """The administrator who asks. Raises: Refusal 403 for anybody else."""
    assert call.grant is not None
    person = call.workspace.find(call.grant.subject)
    if person is None or not person.admin or person.suspended:
        raise Refusal(403, "forbidden", "Not Authorized to access this resource/api")
    return person


def stamp(moment: float) -> str:
    """RFC 3339 with milliseconds, as Google writes it."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def page_of(call: Call, every: Sequence[Any], most: int) -> tuple[Sequence[Any], dict[str, str]]:
    """(the page, the token of the next)."""
    limit = call.number("maxResults", min(100, most), most)
    token = call.word("pageToken") or "0"
    if not token.isascii() or not token.isdigit():
        raise Refusal(400, "invalid", "Invalid Input: page_token")
    start = int(token)
    following = {"nextPageToken": str(start + limit)} if start + limit < len(every) else {}
    return every[start : start + limit], following


# --- users ----------------------------------------------------------------------------------------------------------


@ROUTES.add("GET", f"{_AT}/users", "directory.users.list", USERS_LIST)
def list_users(call: Call) -> Reply:
    """Users by address, in pages."""
    administrator(call)
    if not call.word("customer") and not call.word("domain"):
        raise Refusal(400, "badRequest", "Bad Request")
    people = sorted(call.workspace.people.values(), key=lambda person: person.address)
    query = call.word("query")
    if "isSuspended=" in query:
        people = [each for each in people if each.suspended is query.lower().endswith("true")]
    page, token = page_of(call, people, 500)
    document: dict[str, Any] = {"kind": "admin#directory#users", "etag": '"users"'}
    if page:
        document["users"] = [_user(each) for each in page]
    return answer(document | token)


@ROUTES.add("GET", f"{_AT}/users/{{userKey}}", "directory.users.get", USERS_READ)
def get_user(call: Call) -> Reply:
    """One user by address, alias or id."""
    administrator(call)
    return answer(_user(_person(call)))


@ROUTES.add("PUT", f"{_AT}/users/{{userKey}}", "directory.users.update", USERS)
@ROUTES.add("PATCH", f"{_AT}/users/{{userKey}}", "directory.users.patch", USERS)
def change_user(call: Call) -> Reply:
    """Suspends, releases, moves a user."""
    admin, person, wanted = administrator(call), _person(call), call.json()
    for name, ours in _CHANGEABLE.items():
        if name not in wanted or wanted[name] == getattr(person, ours):
            continue
        setattr(person, ours, wanted[name])
        if name == "suspended":
            event = "SUSPEND_USER" if person.suspended else "UNSUSPEND_USER"
            call.workspace.audit.note("admin", admin.address, event, "USER_SETTINGS", USER_EMAIL=person.address)
    return answer(_user(person))


@ROUTES.add("POST", f"{_AT}/users/{{userKey}}/signOut", "directory.users.signOut", SECURITY)
def sign_out(call: Call) -> Reply:
    """Ends every session of a user."""
    admin, person = administrator(call), _person(call)
    person.signed_out += 1
    audit = call.workspace.audit
    audit.note("admin", admin.address, "SIGN_OUT_USER", "USER_SETTINGS", USER_EMAIL=person.address)
    return NOTHING


def _person(call: Call) -> "Person":
    person = call.workspace.find(call.params["userKey"])
    if person is None:
        raise Refusal(404, "notFound", "Resource Not Found: userKey")
    return person


def _user(person: "Person") -> dict[str, Any]:
    given, _, family = person.name.rpartition(" ")
    addresses = [{"address": person.address, "primary": True}, *({"address": each} for each in person.aliases)]
    shown: dict[str, Any] = {
        "kind": "admin#directory#user",
        "id": person.id,
        "etag": f'"{person.id}"',
        "customerId": CUSTOMER,
        "primaryEmail": person.address,
        "name": {"givenName": given or family, "familyName": family, "fullName": person.name},
        "emails": addresses,
        "isAdmin": person.admin,
        "isDelegatedAdmin": False,
        "suspended": person.suspended,
        "archived": False,
        "isMailboxSetup": person.gmail,
        "isEnrolledIn2Sv": person.two_step,
        "isEnforcedIn2Sv": person.two_step,
        "includeInGlobalAddressList": True,
        "orgUnitPath": person.unit,
        "creationTime": stamp(person.created_at),
    }
    if person.aliases:
        shown["aliases"] = list(person.aliases)
    if person.suspended:
        shown["suspensionReason"] = "ADMIN"
    if person.manager:
        shown["relations"] = [{"type": "manager", "value": person.manager}]
    if person.title or person.department:
        shown["organizations"] = [{"title": person.title, "department": person.department, "primary": True}]
    return shown


# --- what users granted to applications -----------------------------------------------------------------------------


@ROUTES.add("GET", f"{_AT}/users/{{userKey}}/tokens", "directory.tokens.list", SECURITY)
def list_tokens(call: Call) -> Reply:
    """Every application a user let in."""
    administrator(call)
    person = _person(call)
    items = [_token(person, app) for app in person.apps.values()]
    return answer({"kind": "admin#directory#tokenList", "etag": '"tokens"', **({"items": items} if items else {})})


@ROUTES.add("GET", f"{_AT}/users/{{userKey}}/tokens/{{clientId}}", "directory.tokens.get", SECURITY)
def get_token(call: Call) -> Reply:
    """One of them."""
    administrator(call)
    person = _person(call)
    return answer(_token(person, _app(call, person)))


@ROUTES.add("DELETE", f"{_AT}/users/{{userKey}}/tokens/{{clientId}}", "directory.tokens.delete", SECURITY)
def delete_token(call: Call) -> Reply:
    """Shuts one out."""
    administrator(call)
    person = _person(call)
    app = _app(call, person)
    del person.apps[app.client_id]
    call.workspace.audit.note("token", person.address, "revoke", "auth", client_id=app.client_id, app_name=app.name)
    return NOTHING


def _app(call: Call, person: "Person") -> "AppToken":
    app = person.apps.get(call.params["clientId"])
    if app is None:
        raise Refusal(404, "notFound", "Resource Not Found: clientId")
    return app


def _token(person: "Person", app: "AppToken") -> dict[str, Any]:
    return {
        "kind": "admin#directory#token",
        "etag": f'"{app.client_id}"',
        "clientId": app.client_id,
        "userKey": person.id,
        "displayText": app.name,
        "anonymous": False,
        "nativeApp": app.native,
        "scopes": list(app.scopes),
    }

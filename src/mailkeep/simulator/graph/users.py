"""The directory: who has a mailbox, under which names, and what kind of mailbox it is."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from mailkeep.simulator.graph.ids import guid
from mailkeep.simulator.graph.odata import Term, chosen, link, number, shown, terms
from mailkeep.simulator.graph.office import Person
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route
from mailkeep.simulator.graph.tree import WELL_KNOWN

_KIND = "microsoft.graph.user"
_CATEGORY = 5
_MOST = 999


def _given(person: Person) -> str | None:
    return person.name.split()[0] if " " in person.name else None


def _surname(person: Person) -> str | None:
    return person.name.split()[-1] if " " in person.name else None


def _plans(person: Person) -> list[dict[str, Any]]:
    status = "Enabled" if person.licensed else "Deleted"
    plan = "efb87545-963c-4e0d-99df-69c6916d9eb0"
    return [
        {
            "assignedDateTime": "2024-01-01T00:00:00Z",
            "capabilityStatus": status,
            "service": "exchange",
            "servicePlanId": plan,
        }
    ]


USER: dict[str, Callable[[Person], Any]] = {
    "businessPhones": lambda _: [],
    "displayName": lambda person: person.name,
    "givenName": _given,
    "jobTitle": lambda person: person.title or None,
    "mail": lambda person: person.address,
    "mobilePhone": lambda _: None,
    "officeLocation": lambda _: None,
    "preferredLanguage": lambda _: None,
    "surname": _surname,
    "userPrincipalName": lambda person: person.upn,
    "accountEnabled": lambda person: person.enabled,
    "department": lambda person: person.department or None,
    "proxyAddresses": lambda person: [f"SMTP:{person.address}", *(f"smtp:{alias}" for alias in person.aliases)],
    "otherMails": lambda _: [],
    "userType": lambda _: "Member",
    "companyName": lambda _: None,
    "assignedPlans": _plans,
}
"""Property → how it is told."""
DEFAULT = (
    "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName",
)  # fmt: skip


def list_users(request: Request) -> Reply:
    """GET /users: 100 a page, at most 999."""
    fields = chosen(request, USER, DEFAULT, _KIND)
    top = number(request, "$top", 100, _MOST)
    wanted = _wanted(request)
    after = int(request.query.get("$skiptoken", "0") or 0)
    found = (person for person in request.office.people_after(after) if all(fits(person) for fits in wanted))
    page = list(islice(found, top + 1))
    body = {"@odata.context": request.context("users"), "value": [user_json(person, fields) for person in page[:top]]}
    if len(page) > top:
        query = {**request.query, "$skiptoken": str(page[top - 1].number)}
        body["@odata.nextLink"] = link(request, "/users", query)
    return Reply(200, body)


def get_user(request: Request) -> Reply:
    """GET /users/{id or userPrincipalName}."""
    fields = chosen(request, USER, DEFAULT, _KIND)
    return Reply(200, {"@odata.context": request.context("users/$entity"), **user_json(request.owner, fields)})


def user_json(person: Person, fields: tuple[str, ...] = DEFAULT) -> dict[str, Any]:
    """A user as Graph shows one."""
    return {"id": person.id, **shown(fields, USER, person)}


def mailbox_settings(request: Request) -> Reply:
    """GET /users/{id}/mailboxSettings."""
    body = {
        "@odata.context": request.context(f"users('{request.owner.id}')/mailboxSettings"),
        "archiveFolder": request.mailbox.folder_id(WELL_KNOWN["archive"][0]),
        "timeZone": "UTC",
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm",
        "userPurpose": request.owner.purpose,
        "automaticRepliesSetting": {"status": "disabled", "externalAudience": "all"},
        "language": {"locale": "en-US", "displayName": "English (United States)"},
    }
    return Reply(200, body)


def user_purpose(request: Request) -> Reply:
    """GET /users/{id}/mailboxSettings/userPurpose."""
    context = request.context(f"users('{request.owner.id}')/mailboxSettings/userPurpose")
    return Reply(200, {"@odata.context": context, "value": request.owner.purpose})


def list_categories(request: Request) -> Reply:
    """GET …/outlook/masterCategories."""
    context = request.context(f"users('{request.owner.id}')/outlook/masterCategories")
    rows = [_category_json(request, name) for name in request.mailbox.categories]
    return Reply(200, {"@odata.context": context, "value": rows})


def add_category(request: Request) -> Reply:
    """POST …/outlook/masterCategories."""
    asked = request.json()
    name, colour = str(asked.get("displayName", "")), str(asked.get("color", "none"))
    if not name:
        raise GraphError(400, "ErrorInvalidRequest", "displayName is required.")
    if any(known.lower() == name.lower() for known in request.mailbox.categories):
        raise GraphError(409, "CategoryNameDuplicate", "A category with that name already exists.")
    request.mailbox.categories[name] = colour
    return Reply(201, {"@odata.context": request.context("outlookCategory"), **_category_json(request, name)})


def drop_category(request: Request) -> Reply:
    """DELETE …/outlook/masterCategories/{id}."""
    categories = request.mailbox.categories
    name = next((each for each in categories if _category_id(request, each) == request.params["category"]), None)
    if name is None:
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    del categories[name]
    return Reply(204)


def _category_json(request: Request, name: str) -> dict[str, Any]:
    return {"id": _category_id(request, name), "displayName": name, "color": request.mailbox.categories[name]}


def _category_id(request: Request, name: str) -> str:
    return guid(_CATEGORY, int.from_bytes(name.encode()[:6]) ^ request.owner.number)


def _wanted(request: Request) -> list[Callable[[Person], bool]]:
    found: list[Callable[[Person], bool]] = []
    for term in terms(request.query.get("$filter", "")):
        tells = USER.get(term.field) if term.field != "id" else (lambda person: person.id)
        if tells is None or term.op not in {"eq", "ne", "startswith"}:
            raise GraphError(
                400, "Request_UnsupportedQuery", f"Unsupported or invalid query filter clause on '{term.field}'."
            )
        found.append(_fits(term, tells))
    return found


def _fits(term: Term, tells: Callable[[Person], Any]) -> Callable[[Person], bool]:
    return lambda person: term.holds(tells(person))


ROUTES = (
    Route("GET", "/users", list_users),
    Route("GET", "/users/{user}", get_user),
    Route("GET", "/users/{user}/mailboxSettings", mailbox_settings),
    Route("GET", "/users/{user}/mailboxSettings/userPurpose", user_purpose),
    Route("GET", "/users/{user}/outlook/masterCategories", list_categories),
    Route("POST", "/users/{user}/outlook/masterCategories", add_category),
    Route("DELETE", "/users/{user}/outlook/masterCategories/{category}", drop_category),
)

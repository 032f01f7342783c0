"""The rest of the Directory API: mailing lists and who is on them, domains, organisational units."""

from typing import TYPE_CHECKING, Any

from mailkeep.simulator.google.calls import Call, Refusal, Reply, answer
from mailkeep.simulator.google.directory import administrator, page_of
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import DOMAINS_READ, GROUPS_READ, MEMBERS_READ, UNITS_READ

if TYPE_CHECKING:
    from mailkeep.simulator.google.workspace import Group

ROUTES = Routes()
_AT = "/admin/directory/v1"


@ROUTES.add("GET", f"{_AT}/groups", "directory.groups.list", GROUPS_READ)
def list_groups(call: Call) -> Reply:
    """Mailing lists by address; with `userKey` only those with that member."""
    administrator(call)
    member = call.word("userKey").lower()
    every = sorted(call.workspace.groups.values(), key=lambda group: group.address)
    page, token = page_of(call, [each for each in every if not member or member in each.members], 200)
    document: dict[str, Any] = {"kind": "admin#directory#groups", "etag": '"groups"'}
    if page:
        document["groups"] = [_group(each) for each in page]
    return answer(document | token)


@ROUTES.add("GET", f"{_AT}/groups/{{groupKey}}", "directory.groups.get", GROUPS_READ)
def get_group(call: Call) -> Reply:
    """One list."""
    administrator(call)
    return answer(_group(_the_group(call)))


@ROUTES.add("GET", f"{_AT}/groups/{{groupKey}}/members", "directory.members.list", MEMBERS_READ)
def list_members(call: Call) -> Reply:
    """Who is on it."""
    administrator(call)
    page, token = page_of(call, sorted(_the_group(call).members), 200)
    document: dict[str, Any] = {"kind": "admin#directory#members", "etag": '"members"'}
    if page:
        document["members"] = [_member(call, address) for address in page]
    return answer(document | token)


@ROUTES.add("GET", f"{_AT}/customer/{{customer}}/domains", "directory.domains.list", DOMAINS_READ)
def list_domains(call: Call) -> Reply:
    """The domains of the tenant."""
    administrator(call)
    domain = {
        "kind": "admin#directory#domain",
        "etag": '"domain"',
        "domainName": call.workspace.domain,
        "isPrimary": True,
        "verified": True,
        "creationTime": "1704067200000",
    }
    return answer({"kind": "admin#directory#domains", "etag": '"domains"', "domains": [domain]})


@ROUTES.add("GET", f"{_AT}/customer/{{customerId}}/orgunits", "directory.orgunits.list", UNITS_READ)
def list_units(call: Call) -> Reply:
    """The organisational units that people are in."""
    administrator(call)
    paths = sorted({person.unit for person in call.workspace.people.values()} - {"/"})
    units = [
        {"kind": "admin#directory#orgUnit", "name": path.rpartition("/")[2], "orgUnitPath": path} for path in paths
    ]
    return answer({"kind": "admin#directory#orgUnits", "etag": '"units"', "organizationUnits": units})


def _the_group(call: Call) -> "Group":
    key = call.params["groupKey"].lower()
    groups = call.workspace.groups
    found = groups.get(key) or next((each for each in groups.values() if each.id == key), None)
    if found is None:
        raise Refusal(404, "notFound", "Resource Not Found: groupKey")
    return found


def _group(group: "Group") -> dict[str, Any]:
    return {
        "kind": "admin#directory#group",
        "id": group.id,
        "etag": f'"{group.id}"',
        "email": group.address,
        "name": group.name,
        "directMembersCount": str(len(group.members)),
        "adminCreated": True,
    }


def _member(call: Call, address: str) -> dict[str, Any]:
    person = call.workspace.find(address)
    known = {"id": person.id, "status": "SUSPENDED" if person.suspended else "ACTIVE"} if person else {}
    kind = {"kind": "admin#directory#member", "email": address, "role": "MEMBER"}
    return {**kind, "type": "USER" if person else "EXTERNAL", **known}

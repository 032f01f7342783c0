"""A user's mail settings over the wire: filters, forwarding, delegates, sender names, the absence note."""

from typing import Any

from mailkeep.simulator.google.calls import NOTHING, Call, Refusal, Reply, answer, invalid, not_found
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import SETTINGS_BASIC, SETTINGS_READ, SETTINGS_SHARING

MOST_FILTERS = 1000
ROUTES = Routes()
_AT = "/gmail/v1/users/{userId}/settings"


# --- filters --------------------------------------------------------------------------------------------------------


@ROUTES.add("GET", f"{_AT}/filters", "gmail.users.settings.filters.list", SETTINGS_READ)
def list_filters(call: Call) -> Reply:
    """Every filter; none is an empty object."""
    found = list(call.person().settings.filters.values())
    return answer({"filter": found} if found else {})


@ROUTES.add("GET", f"{_AT}/filters/{{id}}", "gmail.users.settings.filters.get", SETTINGS_READ)
def get_filter(call: Call) -> Reply:
    """One filter."""
    return answer(_one(call.person().settings.filters, call.params["id"]))


@ROUTES.add("POST", f"{_AT}/filters", "gmail.users.settings.filters.create", SETTINGS_BASIC)
def create_filter(call: Call) -> Reply:
    """A new filter; it may forward only to an accepted forwarding address."""
    person, wanted = call.person(), call.json()
    criteria, action = wanted.get("criteria") or {}, wanted.get("action") or {}
    if not criteria:
        raise invalid("Filter doesn't have any criteria")
    if not action:
        raise invalid("Filter doesn't have any actions")
    if action.get("forward") and person.settings.forwarding.get(action["forward"]) != "accepted":
        raise Refusal(400, "failedPrecondition", f"Unrecognized forwarding address: {action['forward']}")
    for label in (*action.get("addLabelIds", ()), *action.get("removeLabelIds", ())):
        if not person.mailbox.knows(label):
            raise invalid(f"Invalid label: {label}")
    if len(person.settings.filters) >= MOST_FILTERS:
        raise Refusal(400, "failedPrecondition", "Too many filters")
    if any((each["criteria"], each["action"]) == (criteria, action) for each in person.settings.filters.values()):
        raise Refusal(400, "failedPrecondition", "Filter already exists")
    return answer(person.settings.filters[person.settings.add_filter(criteria, action)])


@ROUTES.add("DELETE", f"{_AT}/filters/{{id}}", "gmail.users.settings.filters.delete", SETTINGS_BASIC)
def delete_filter(call: Call) -> Reply:
    """Away with it."""
    filters = call.person().settings.filters
    _one(filters, call.params["id"])
    del filters[call.params["id"]]
    return NOTHING


# --- forwarding -----------------------------------------------------------------------------------------------------


@ROUTES.add("GET", f"{_AT}/forwardingAddresses", "gmail.users.settings.forwardingAddresses.list", SETTINGS_READ)
def list_forwarding(call: Call) -> Reply:
    """Every address that mail may be forwarded to."""
    found = [_forwarding(*each) for each in call.person().settings.forwarding.items()]
    return answer({"forwardingAddresses": found} if found else {})


@ROUTES.add("GET", f"{_AT}/forwardingAddresses/{{forwardingEmail}}", "gmail.users.settings.forwardingAddresses.get",
            SETTINGS_READ)  # fmt: skip
def get_forwarding(call: Call) -> Reply:
    """One of them."""
    address = call.params["forwardingEmail"]
    return answer(_forwarding(address, _one(call.person().settings.forwarding, address)))


@ROUTES.add("POST", f"{_AT}/forwardingAddresses", "gmail.users.settings.forwardingAddresses.create",
            SETTINGS_SHARING)  # fmt: skip
def create_forwarding(call: Call) -> Reply:
    """One more: accepted at once inside the domain, pending outside."""
    address = str(call.json().get("forwardingEmail", ""))
    if "@" not in address:
        raise invalid("Invalid forwarding address")
    settings = call.person().settings
    if address in settings.forwarding:
        raise Refusal(409, "alreadyExists", "Forwarding address already exists")
    settings.forwarding[address] = "accepted" if call.workspace.find(address) else "pending"
    return answer(_forwarding(address, settings.forwarding[address]))


@ROUTES.add("DELETE", f"{_AT}/forwardingAddresses/{{forwardingEmail}}",
            "gmail.users.settings.forwardingAddresses.delete", SETTINGS_SHARING)  # fmt: skip
def delete_forwarding(call: Call) -> Reply:
    """Away with it; forwarding to it ends."""
    settings, address = call.person().settings, call.params["forwardingEmail"]
    _one(settings.forwarding, address)
    del settings.forwarding[address]
    if settings.auto_forwarding.get("emailAddress") == address:
        settings.auto_forwarding = {"enabled": False}
    return NOTHING


@ROUTES.add("GET", f"{_AT}/autoForwarding", "gmail.users.settings.getAutoForwarding", SETTINGS_READ)
def get_auto_forwarding(call: Call) -> Reply:
    """Where all mail is forwarded to."""
    return answer(call.person().settings.auto_forwarding)


@ROUTES.add("PUT", f"{_AT}/autoForwarding", "gmail.users.settings.updateAutoForwarding", SETTINGS_SHARING)
def put_auto_forwarding(call: Call) -> Reply:
    """Sets that."""
    settings, wanted = call.person().settings, call.json()
    address = wanted.get("emailAddress", "")
    if wanted.get("enabled") and settings.forwarding.get(address) != "accepted":
        raise Refusal(400, "failedPrecondition", f"Unrecognized forwarding address: {address}")
    known: dict[str, Any] = {name: wanted[name] for name in ("emailAddress", "disposition") if name in wanted}
    settings.auto_forwarding = {"enabled": bool(wanted.get("enabled")), **known}
    return answer(settings.auto_forwarding)


# --- the rest -------------------------------------------------------------------------------------------------------


@ROUTES.add("GET", f"{_AT}/delegates", "gmail.users.settings.delegates.list", SETTINGS_READ)
def list_delegates(call: Call) -> Reply:
    """Who may read the mailbox besides its owner."""
    found = [_delegate(*each) for each in call.person().settings.delegates.items()]
    return answer({"delegates": found} if found else {})


@ROUTES.add("POST", f"{_AT}/delegates", "gmail.users.settings.delegates.create", SETTINGS_SHARING)
def create_delegate(call: Call) -> Reply:
    """One more; colleagues only."""
    address = str(call.json().get("delegateEmail", "")).lower()
    if call.workspace.find(address) is None:
        raise invalid("Invalid delegate")
    call.person().settings.delegates[address] = "accepted"
    return answer(_delegate(address, "accepted"))


@ROUTES.add("DELETE", f"{_AT}/delegates/{{delegateEmail}}", "gmail.users.settings.delegates.delete", SETTINGS_SHARING)
def delete_delegate(call: Call) -> Reply:
    """One less."""
    delegates = call.person().settings.delegates
    _one(delegates, call.params["delegateEmail"])
    del delegates[call.params["delegateEmail"]]
    return NOTHING


@ROUTES.add("GET", f"{_AT}/sendAs", "gmail.users.settings.sendAs.list", SETTINGS_READ)
def list_send_as(call: Call) -> Reply:
    """Names and addresses the user sends under, the own one first."""
    person = call.person()
    own = {
        "sendAsEmail": person.address,
        "displayName": person.name,
        "replyToAddress": "",
        "signature": "",
        "isPrimary": True,
        "isDefault": True,
    }
    return answer({"sendAs": [own, *person.settings.send_as.values()]})


@ROUTES.add("GET", f"{_AT}/vacation", "gmail.users.settings.getVacation", SETTINGS_READ)
def get_vacation(call: Call) -> Reply:
    """The absence note."""
    return answer(call.person().settings.vacation)


@ROUTES.add("PUT", f"{_AT}/vacation", "gmail.users.settings.updateVacation", SETTINGS_BASIC)
def put_vacation(call: Call) -> Reply:
    """Sets it."""
    settings = call.person().settings
    settings.vacation = {"enableAutoReply": False, **call.json()}
    return answer(settings.vacation)


def _one(known: dict[str, Any], key: str) -> Any:  # noqa: ANN401 - whatever the drawer holds
    if key not in known:
        raise not_found()
    return known[key]


def _forwarding(address: str, status: str) -> dict[str, str]:
    return {"forwardingEmail": address, "verificationStatus": status}


def _delegate(address: str, status: str) -> dict[str, str]:
    return {"delegateEmail": address, "verificationStatus": status}

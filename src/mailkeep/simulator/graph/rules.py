"""Inbox rules: what the API shows and changes of them, and what they do to mail that arrives.

A rule that forwards really sends: to colleagues it is delivered, to others it leaves by the office's outbox.
Source: Graph, "messageRule resource type".
"""

from dataclasses import dataclass
from typing import Any

from mailkeep.simulator.graph.conditions import CONDITIONS, NEVER_HOLD, addresses_in, holds
from mailkeep.simulator.graph.forwarding import sent_on, sent_on_by
from mailkeep.simulator.graph.ids import MalformedIdError, guid
from mailkeep.simulator.graph.letter import Letter
from mailkeep.simulator.graph.mailbox import Change, Mailbox
from mailkeep.simulator.graph.office import Office, Person
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route
from mailkeep.simulator.graph.tree import INBOX, AbsentError

_RULE = 6
_PATH = "/users/{user}/mailFolders/{folder}/messageRules"
_SETTABLE = frozenset({"displayName", "sequence", "isEnabled", "conditions", "actions", "exceptions"})
_SENDS = ("forwardTo", "forwardAsAttachmentTo", "redirectTo")
_ACTIONS = frozenset(
    {*_SENDS, "assignCategories", "copyToFolder", "delete", "markAsRead", "markImportance", "moveToFolder"}
) | {"permanentDelete", "stopProcessingRules"}


@dataclass(slots=True, eq=False)
class Rule:
    """One rule of one inbox."""

    id: str
    name: str
    actions: dict[str, Any]
    conditions: dict[str, Any]
    exceptions: dict[str, Any]
    sequence: int = 1
    enabled: bool = True
    broken: bool = False
    """`hasError`: the folder it moves to is gone."""

    def fits(self, person: Person, letter: Letter) -> bool:
        """Whether it is for this mail: every condition, and no exception."""
        if not all(holds(name, person, letter, wanted) for name, wanted in self.conditions.items()):
            return False
        return not any(holds(name, person, letter, wanted) for name, wanted in self.exceptions.items())

    def json(self) -> dict[str, Any]:
        """As the API shows it."""
        optional = {"conditions": self.conditions, "exceptions": self.exceptions}
        return {
            "id": self.id,
            "displayName": self.name,
            "sequence": self.sequence,
            "isEnabled": self.enabled,
            "hasError": self.broken,
            "isReadOnly": False,
            **{name: value for name, value in optional.items() if value},
            "actions": self.actions,
        }


class Rules:
    """The rules of all mailboxes, at work while the office lives."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._of: dict[str, list[Rule]] = {}
        self._made = 0
        self._marks: tuple[Letter, list[dict[str, Any]]] | None = None
        """What is to be done to the mail that is about to be put."""
        office.sorters.append(self._sort)
        office.listeners.append(self._heard)

    # users

    def add(
        self, address: str, name: str, *, actions: dict[str, Any], conditions: dict[str, Any] | None = None
    ) -> Rule:
        """The user, or who took over the account, makes a rule. Takes: actions and conditions as in the API."""
        person = self.office.person(address)
        return self._make(person, {"displayName": name, "actions": actions, "conditions": conditions or {}})

    def of(self, address: str) -> list[Rule]:
        """The rules of a mailbox in their order."""
        return sorted(self._of.get(self.office.person(address).id, ()), key=lambda rule: rule.sequence)

    # requests

    def routes(self) -> tuple[Route, ...]:
        """For the server."""
        return (
            Route("GET", _PATH, self._list),
            Route("POST", _PATH, self._create),
            Route("GET", f"{_PATH}/{{rule}}", self._get),
            Route("PATCH", f"{_PATH}/{{rule}}", self._change),
            Route("DELETE", f"{_PATH}/{{rule}}", self._delete),
        )

    def _list(self, request: Request) -> Reply:
        _check_inbox(request)
        rows = [rule.json() for rule in self.of(request.owner.address)]
        return Reply(200, {"@odata.context": _context(request), "value": rows})

    def _get(self, request: Request) -> Reply:
        return _told(request, 200, self._named(request))

    def _create(self, request: Request) -> Reply:
        _check_inbox(request)
        body = _settable(request)
        if not body.get("displayName") or not body.get("actions"):
            raise GraphError(400, "ErrorInvalidRequest", "A rule needs displayName and actions.")
        return _told(request, 201, self._make(request.owner, body))

    def _change(self, request: Request) -> Reply:
        rule, body = self._named(request), _settable(request)
        rule.name = body.get("displayName", rule.name)
        rule.sequence = body.get("sequence", rule.sequence)
        rule.enabled = body.get("isEnabled", rule.enabled)
        rule.actions = body.get("actions", rule.actions)
        rule.conditions = body.get("conditions", rule.conditions)
        rule.exceptions = body.get("exceptions", rule.exceptions)
        return _told(request, 200, rule)

    def _delete(self, request: Request) -> Reply:
        self._of[request.owner.id].remove(self._named(request))
        return Reply(204)

    def _named(self, request: Request) -> Rule:
        _check_inbox(request)
        for rule in self._of.get(request.owner.id, ()):
            if rule.id == request.params["rule"]:
                return rule
        raise GraphError(404, "ErrorItemNotFound", "The rule was not found.")

    def _make(self, person: Person, body: dict[str, Any]) -> Rule:
        self._made += 1
        standing = self._of.setdefault(person.id, [])
        rule = Rule(
            id=guid(_RULE, self._made),
            name=body["displayName"],
            actions=body["actions"],
            conditions=body.get("conditions", {}),
            exceptions=body.get("exceptions", {}),
            sequence=body.get("sequence", len(standing) + 1),
            enabled=body.get("isEnabled", True),
        )
        standing.append(rule)
        return rule

    # mail

    def _sort(self, person: Person, letter: Letter, place: str) -> str | None:
        """Where the mail lands, rules considered; None when it is to vanish."""
        if place != "inbox" or person.id not in self._of:
            return place
        followed: list[dict[str, Any]] = []
        landing: str | None = place
        for rule in self.of(person.address):
            if not rule.enabled or not rule.fits(person, letter):
                continue
            followed.append(rule.actions)
            self._send_on(person, letter, rule.actions)
            landing = self._landing(self.office.mailbox(person), letter, rule, landing)
            if landing is None or rule.actions.get("stopProcessingRules"):
                break
        self._marks = (letter, followed) if followed and landing is not None else None
        return landing

    def _send_on(self, person: Person, letter: Letter, actions: dict[str, Any]) -> None:
        if person.address in sent_on_by(letter):
            return
        for action in _SENDS:
            for recipient in sorted(addresses_in(actions.get(action) or ())):
                self.office.send(person, [recipient], sent_on(person, letter, action, recipient), keep=False)

    def _landing(self, mailbox: Mailbox, letter: Letter, rule: Rule, landing: str | None) -> str | None:
        actions = rule.actions
        try:
            if copy := actions.get("copyToFolder"):
                mailbox.put(letter, mailbox.folder_at(copy), self.office.clock())
            if actions.get("permanentDelete"):
                return None
            if actions.get("delete"):
                return "deleteditems"
            if moved := actions.get("moveToFolder"):
                mailbox.folder_at(moved)
                return str(moved)
        except AbsentError:
            rule.broken = True
        return landing

    def _heard(self, change: Change) -> None:
        """Marks the mail that the rules were for, before anybody else sees it."""
        if self._marks is None or change.kind != "created" or change.item.letter is not self._marks[0]:
            return
        item, followed = change.item, self._marks[1]
        self._marks = None
        for actions in followed:
            item.is_read = item.is_read or bool(actions.get("markAsRead"))
            item.importance = actions.get("markImportance") or item.importance
            item.categories = tuple(dict.fromkeys((*item.categories, *(actions.get("assignCategories") or ()))))


def _settable(request: Request) -> dict[str, Any]:
    """What a request may set of a rule. Raises: GraphError."""
    body = {name: value for name, value in request.json().items() if "@" not in name and name != "id"}
    tests = {*(body.get("conditions") or {}), *(body.get("exceptions") or {})}
    unknown = set(body) - _SETTABLE | set(body.get("actions") or {}) - _ACTIONS | tests - set(CONDITIONS) - NEVER_HOLD
    if unknown:
        raise GraphError(400, "RequestBodyRead", f"A rule has no property {', '.join(sorted(unknown))}.")
    _check_folders(request.mailbox, body.get("actions") or {})
    return {name: ({} if value is None else value) for name, value in body.items()}


def _check_folders(mailbox: Mailbox, actions: dict[str, Any]) -> None:
    for action in ("moveToFolder", "copyToFolder"):
        if spelled := actions.get(action):
            try:
                mailbox.folder_at(str(spelled))
            except (AbsentError, MalformedIdError) as error:
                raise GraphError(400, "ErrorInvalidRequest", f"{action}: no such folder.") from error


def _check_inbox(request: Request) -> None:
    if request.mailbox.folder_at(request.params["folder"]).number != INBOX:
        raise GraphError(400, "ErrorInvalidRequest", "Only the inbox has rules.")


def _context(request: Request) -> str:
    return request.context(f"users('{request.owner.id}')/mailFolders('inbox')/messageRules")


def _told(request: Request, status: int, rule: Rule) -> Reply:
    return Reply(status, {"@odata.context": f"{_context(request)}/$entity", **rule.json()})

"""Labels over the wire."""

from typing import Any

from mailkeep.simulator.google.calls import NOTHING, Call, Refusal, Reply, answer, invalid, not_found
from mailkeep.simulator.google.mailbox import SYSTEM, Label, Mailbox
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import LABELS, LABELS_READ

MOST_LABELS = 10_000
_LIST = frozenset({"labelShow", "labelShowIfUnread", "labelHide"})
_MESSAGES = frozenset({"show", "hide"})
ROUTES = Routes()
_AT = "/gmail/v1/users/{userId}/labels"


def _shown(label: Label) -> dict[str, Any]:
    color = {"color": label.color} if label.color else {}
    return {
        "id": label.id,
        "name": label.name,
        "type": "user",
        "labelListVisibility": label.label_list,
        "messageListVisibility": label.message_list,
        **color,
    }


@ROUTES.add("GET", _AT, "gmail.users.labels.list", LABELS_READ)
def list_labels(call: Call) -> Reply:
    """All labels, the system's first, without counts."""
    system = [{"id": each, "name": each, "type": "system"} for each in SYSTEM]
    return answer({"labels": [*system, *map(_shown, call.mailbox().labels.values())]})


@ROUTES.add("GET", f"{_AT}/{{id}}", "gmail.users.labels.get", LABELS_READ)
def get_label(call: Call) -> Reply:
    """One label with its counts."""
    mailbox, label_id = call.mailbox(), call.params["id"]
    if label_id in SYSTEM:
        return answer({"id": label_id, "name": label_id, "type": "system", **_counts(mailbox, label_id)})
    return answer(_shown(_own(mailbox, label_id)) | _counts(mailbox, label_id))


@ROUTES.add("POST", _AT, "gmail.users.labels.create", LABELS)
def create_label(call: Call) -> Reply:
    """A new label. A name may stand once, whatever its case; a slash makes it look nested."""
    mailbox = call.mailbox()
    wanted = call.json()
    name = _free_name(mailbox, wanted.get("name"), None)
    _check(wanted)
    if len(mailbox.labels) >= MOST_LABELS:
        raise Refusal(400, "failedPrecondition", "Too many labels")
    return answer(_shown(_changed(mailbox.make_label(name), wanted)))


@ROUTES.add("PATCH", f"{_AT}/{{id}}", "gmail.users.labels.patch", LABELS)
@ROUTES.add("PUT", f"{_AT}/{{id}}", "gmail.users.labels.update", LABELS)
def change_label(call: Call) -> Reply:
    """Another name or look for a label."""
    mailbox, wanted = call.mailbox(), call.json()
    label = _own(mailbox, call.params["id"])
    if "name" in wanted:
        label.name = _free_name(mailbox, wanted["name"], label)
    _check(wanted)
    return answer(_shown(_changed(label, wanted)))


@ROUTES.add("DELETE", f"{_AT}/{{id}}", "gmail.users.labels.delete", LABELS)
def delete_label(call: Call) -> Reply:
    """Away with the label, from every mail too."""
    mailbox = call.mailbox()
    mailbox.drop_label(_own(mailbox, call.params["id"]).id)
    return NOTHING


def _own(mailbox: Mailbox, label_id: str) -> Label:
    if label_id in SYSTEM:
        raise invalid("Invalid label: system labels cannot be changed")
    if label_id not in mailbox.labels:
        raise not_found()
    return mailbox.labels[label_id]


def _free_name(mailbox: Mailbox, name: object, own: Label | None) -> str:
    if not isinstance(name, str) or not name.strip() or name.upper() in SYSTEM:
        raise invalid("Invalid label name")
    taken = mailbox.label_named(name)
    if taken and (own is None or taken != own.id):
        raise Refusal(409, "aborted", "Label name exists or conflicts")
    return name


def _check(wanted: dict[str, Any]) -> None:
    for key, known in (("labelListVisibility", _LIST), ("messageListVisibility", _MESSAGES)):
        if wanted.get(key, next(iter(known))) not in known:
            raise invalid(f"Invalid value at 'label.{key}'")


def _changed(label: Label, wanted: dict[str, Any]) -> Label:
    label.label_list = wanted.get("labelListVisibility", label.label_list)
    label.message_list = wanted.get("messageListVisibility", label.message_list)
    label.color = wanted.get("color", label.color)
    return label


def _counts(mailbox: Mailbox, label_id: str) -> dict[str, int]:
    mails = [mail for mail in mailbox.mails.values() if label_id in mail.labels]
    unread = [mail for mail in mails if "UNREAD" in mail.labels]
    return {
        "messagesTotal": len(mails),
        "messagesUnread": len(unread),
        "threadsTotal": len({mail.thread for mail in mails}),
        "threadsUnread": len({mail.thread for mail in unread}),
    }

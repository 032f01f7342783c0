"""Messages: listed, read, marked, moved, copied, removed."""

import base64
from itertools import islice
from typing import Any

from mailkeep.simulator.graph.mime import edited, rebuilt
from mailkeep.simulator.graph.odata import link, number
from mailkeep.simulator.graph.permissions import EDITS_MAIL
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route
from mailkeep.simulator.graph.sifting import sifted
from mailkeep.simulator.graph.tree import DELETED, DELETIONS, AbsentError, Folder, Item
from mailkeep.simulator.graph.wording import MESSAGE, Wording, etag

_MOST = 1000
_FLAGS = frozenset({"notFlagged", "flagged", "complete"})
_IMPORTANCE = frozenset({"low", "normal", "high"})
_INFERENCE = frozenset({"focused", "other"})
_EDITS = frozenset(
    {"subject", "body", "toRecipients", "ccRecipients", "bccRecipients", "from", "sender", "replyTo", "internetMessageId"}
)  # fmt: skip
"""What Mail-Advanced.ReadWrite guards on mail that is no draft."""


def list_messages(request: Request) -> Reply:
    """GET …/messages: of the whole mailbox but hidden and recoverable folders, newest first, or of one folder."""
    mailbox = request.mailbox
    wording = Wording(request)
    within = request.params.get("folder")
    folder = mailbox.folder_at(within) if within else None
    top, skip = number(request, "$top", 10, _MOST), number(request, "$skip", 0, 10**9)
    page = list(islice(sifted(request, folder), skip, skip + top + 1))
    path = f"/users('{request.owner.id}')" + (f"/mailFolders('{within}')/messages" if within else "/messages")
    body: dict[str, Any] = {"@odata.context": request.context(f"users('{request.owner.id}')/messages")}
    if len(page) > top:
        body["@odata.nextLink"] = link(request, path, {**request.query, "$skip": str(skip + top)})
    return Reply(200, {**body, "value": [wording.of(item) for item in page[:top]]})


def get_message(request: Request) -> Reply:
    """GET …/messages/{id}."""
    return _told(request, _item(request), 200)


def get_mime(request: Request) -> Reply:
    """GET …/messages/{id}/$value."""
    item = _item(request)
    raw = item.letter.raw
    if item.subject is not None or item.body is not None:
        raw = edited(raw, item.subject, item.body)
    return Reply(200, raw if request.office.byte_true else rebuilt(raw), {"Content-Type": "text/plain"})


def list_attachments(request: Request) -> Reply:
    """GET …/messages/{id}/attachments."""
    item = _item(request)
    spelled = request.mailbox.item_id(item, immutable=request.immutable)
    rows = [
        {
            "@odata.type": "#microsoft.graph.fileAttachment",
            "id": f"{spelled}-{at}",
            "lastModifiedDateTime": MESSAGE["receivedDateTime"](item),
            "name": each.name,
            "contentType": each.content_type,
            "size": len(each.content),
            "isInline": bool(each.content_id),
            "contentId": each.content_id or None,
            "contentBytes": base64.b64encode(each.content).decode(),
        }
        for at, each in enumerate(item.letter.enclosures)
    ]
    return Reply(200, {"@odata.context": request.context("attachments"), "value": rows})


def change_message(request: Request) -> Reply:
    """PATCH …/messages/{id}."""
    item = _item(request)
    asked = {name: value for name, value in request.json().items() if not name.startswith("@")}
    expected = request.headers.get("if-match", "*")
    if expected not in {"*", etag(item)}:
        raise GraphError(
            412, "ErrorIrresolvableConflict", "The send or update operation could not be performed: the item changed."
        )
    if not _EDITS.isdisjoint(asked) and not item.is_draft and EDITS_MAIL not in request.held:
        names = ", ".join(sorted(_EDITS & set(asked)))
        says = f"Access is denied. Updating {names} of a received message asks for the application permission {EDITS_MAIL}."
        raise GraphError(403, "ErrorAccessDenied", says)
    for change in [_change(name, value) for name, value in asked.items()]:
        for field, value in change.items():
            setattr(item, field, value)
    if item.subject == item.letter.subject:
        item.subject = None
    if item.body == item.letter.body:
        item.body = None
    request.mailbox.touch(item)
    return _told(request, item, 200)


def move_message(request: Request) -> Reply:
    """POST …/messages/{id}/move: the message under its new id."""
    item = _item(request)
    request.mailbox.move(item, _destination(request))
    return _told(request, item, 201)


def copy_message(request: Request) -> Reply:
    """POST …/messages/{id}/copy: the copy."""
    return _told(request, request.mailbox.copy(_item(request), _destination(request)), 201)


def delete_message(request: Request) -> Reply:
    """DELETE …/messages/{id}: to Deleted Items, from there to Recoverable Items, from there for good."""
    mailbox, item = request.mailbox, _item(request)
    lies = mailbox.folder(item.folder)
    if item.folder == DELETIONS:
        mailbox.purge(item)
    else:
        mailbox.move(item, mailbox.folder(DELETIONS if mailbox.lies_in(lies, DELETED) else DELETED))
    return Reply(204)


def purge_message(request: Request) -> Reply:
    """POST …/messages/{id}/permanentDelete: to Purges, which no client sees."""
    request.mailbox.purge(_item(request))
    return Reply(204)


def translate_ids(request: Request) -> Reply:
    """POST /users/{id}/translateExchangeIds: between default and immutable ids, up to 1,000."""
    asked = request.json()
    given = asked.get("inputIds", asked.get("InputIds"))
    if not isinstance(given, list) or len(given) > _MOST:
        raise GraphError(400, "ErrorInvalidRequest", f"inputIds takes up to {_MOST} ids.")
    immutable = str(asked.get("targetIdType", asked.get("TargetIdType", ""))).lower().startswith("restimmutable")
    rows = []
    for spelled in given:
        try:
            target = request.mailbox.item_id(request.mailbox.item(str(spelled)), immutable=immutable)
            rows.append({"sourceId": spelled, "targetId": target})
        except (AbsentError, ValueError):
            why = {"code": "ErrorItemNotFound", "message": "The specified object was not found in the store."}
            rows.append({"sourceId": spelled, "targetId": None, "errorDetails": why})
    return Reply(200, {"@odata.context": request.context("Collection(microsoft.graph.convertIdResult)"), "value": rows})


def _item(request: Request) -> Item:
    mailbox = request.mailbox
    item = mailbox.item(request.params["message"])
    within = request.params.get("folder")
    if within and mailbox.folder_at(within).number != item.folder:
        raise AbsentError(request.params["message"])
    return item


def _told(request: Request, item: Item, status: int) -> Reply:
    context = request.context(f"users('{request.owner.id}')/messages/$entity")
    return Reply(status, {"@odata.context": context, **Wording(request).of(item)})


def _destination(request: Request) -> Folder:
    asked = request.json()
    return request.mailbox.folder_at(str(asked.get("destinationId", asked.get("DestinationId", ""))))


def _change(name: str, value: object) -> dict[str, object]:
    """The fields of an Item that a property changes. Raises: GraphError."""
    match name, value:
        case "isRead", bool():
            return {"is_read": value}
        case "categories", list() if all(isinstance(each, str) for each in value):
            return {"categories": tuple(dict.fromkeys(value))}
        case "flag", {"flagStatus": str(status)} if status in _FLAGS:
            return {"flag": status}
        case "importance", str() if value in _IMPORTANCE:
            return {"importance": value}
        case "inferenceClassification", str() if value in _INFERENCE:
            return {"inference": value}
        case "subject", str():
            return {"subject": value}
        case "body", {"contentType": str(kind), "content": str(content)}:
            return {"body": ("html" if kind.lower() == "html" else "text", content)}
    raise GraphError(
        400, "ErrorInvalidPropertySet", f"The property '{name}' cannot be set to this value, or not at all."
    )


ROUTES = (
    Route("GET", "/users/{user}/messages", list_messages),
    Route("GET", "/users/{user}/mailFolders/{folder}/messages", list_messages),
    Route("GET", "/users/{user}/messages/{message}", get_message),
    Route("GET", "/users/{user}/mailFolders/{folder}/messages/{message}", get_message),
    Route("GET", "/users/{user}/messages/{message}/$value", get_mime),
    Route("GET", "/users/{user}/messages/{message}/attachments", list_attachments),
    Route("PATCH", "/users/{user}/messages/{message}", change_message),
    Route("POST", "/users/{user}/messages/{message}/move", move_message),
    Route("POST", "/users/{user}/messages/{message}/copy", copy_message),
    Route("DELETE", "/users/{user}/messages/{message}", delete_message),
    Route("POST", "/users/{user}/messages/{message}/permanentDelete", purge_message),
    Route("POST", "/users/{user}/translateExchangeIds", translate_ids),
)

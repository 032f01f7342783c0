"""Folders: listed, made (hidden too), renamed, moved, removed, and followed by delta."""

from collections.abc import Callable
from typing import Any

from mailkeep.simulator.graph.mailbox import Mailbox
from mailkeep.simulator.graph.odata import chosen, link, number, page_size, shown, terms
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route
from mailkeep.simulator.graph.tree import ROOT, AbsentError, Folder

_KIND = "microsoft.graph.mailFolder"
_MOST = 1000
Lying = tuple[Mailbox, Folder]

FOLDER: dict[str, Callable[[Lying], Any]] = {
    "displayName": lambda lying: lying[1].name,
    "parentFolderId": lambda lying: lying[0].folder_id(lying[1].parent) if lying[1].parent else None,
    "childFolderCount": lambda lying: len([each for each in lying[0].folders(lying[1].number) if not each.hidden]),
    "unreadItemCount": lambda lying: sum(not item.is_read for item in lying[1].items.values()),
    "totalItemCount": lambda lying: len(lying[1].items),
    "isHidden": lambda lying: lying[1].hidden,
}
"""Property → how it is told."""
DEFAULT = tuple(FOLDER)


def folder_json(mailbox: Mailbox, folder: Folder, fields: tuple[str, ...] = DEFAULT) -> dict[str, Any]:
    """A folder as Graph shows one."""
    return {"id": mailbox.folder_id(folder.number), **shown(fields, FOLDER, (mailbox, folder))}


def list_folders(request: Request) -> Reply:
    """GET …/mailFolders: those at the top."""
    return _listed(request, ROOT, "/mailFolders")


def list_children(request: Request) -> Reply:
    """GET …/mailFolders/{id}/childFolders."""
    folder = request.mailbox.folder_at(request.params["folder"])
    return _listed(request, folder.number, f"/mailFolders('{request.params['folder']}')/childFolders")


def get_folder(request: Request) -> Reply:
    """GET …/mailFolders/{id or well-known name}."""
    return _told(request, request.mailbox.folder_at(request.params["folder"]), 200)


def make_folder(request: Request) -> Reply:
    """POST …/mailFolders, or …/childFolders; isHidden can be said now and never again."""
    asked = request.json()
    name = asked.get("displayName")
    if not isinstance(name, str) or not name.strip():
        raise GraphError(400, "ErrorInvalidRequest", "The folder's displayName is missing.")
    within = request.params.get("folder")
    parent = request.mailbox.folder_at(within).number if within else ROOT
    return _told(request, request.mailbox.make_folder(name, parent, hidden=asked.get("isHidden") is True), 201)


def rename_folder(request: Request) -> Reply:
    """PATCH …/mailFolders/{id}: its name alone."""
    mailbox = request.mailbox
    folder = mailbox.folder_at(request.params["folder"])
    asked = request.json()
    if set(asked) - {"displayName"}:
        raise GraphError(400, "ErrorInvalidPropertySet", "Only displayName of a folder can be changed.")
    folder.name = str(asked.get("displayName") or folder.name)
    mailbox.note_folder(folder.number)
    return _told(request, folder, 200)


def move_folder(request: Request) -> Reply:
    """POST …/mailFolders/{id}/move."""
    mailbox = request.mailbox
    folder = mailbox.folder_at(request.params["folder"])
    folder.parent = mailbox.folder_at(str(request.json().get("destinationId", ""))).number
    mailbox.note_folder(folder.number)
    return _told(request, folder, 201)


def drop_folder(request: Request) -> Reply:
    """DELETE …/mailFolders/{id}: into Deleted Items, from there for good."""
    mailbox = request.mailbox
    mailbox.drop_folder(mailbox.folder_at(request.params["folder"]))
    return Reply(204)


def follow_folders(request: Request) -> Reply:
    """GET …/mailFolders/delta: every folder the user sees, then what changed among them."""
    mailbox = request.mailbox
    fields = chosen(request, FOLDER, DEFAULT, _KIND)
    spelled = request.query.get("$deltatoken")
    path = f"/users('{request.owner.id}')/mailFolders/delta"
    kept = {name: value for name, value in request.query.items() if not name.endswith("token")}
    if spelled is not None:
        if not spelled.isdecimal() or int(spelled) < mailbox.valid_from:
            fresh = {"Location": link(request, path, kept)}
            raise GraphError(410, "syncStateNotFound", "The sync state generation is not found.", fresh)
        rows = _changed_since(request, int(spelled), fields)
        return _page(request, rows, "@odata.deltaLink", link(request, path, {**kept, "$deltatoken": str(mailbox.seq)}))
    start, _, after = request.query.get("$skiptoken", f"{mailbox.seq}.0").partition(".")
    size = page_size(request, 10)
    left = [each for each in mailbox.folders() if each.number > int(after) and _is_seen(request, each)]
    rows = [folder_json(mailbox, folder, fields) for folder in left[:size] if folder.number != ROOT]
    if len(left) > size:
        following = {**kept, "$skiptoken": f"{start}.{left[size - 1].number}"}
        return _page(request, rows, "@odata.nextLink", link(request, path, following))
    return _page(request, rows, "@odata.deltaLink", link(request, path, {**kept, "$deltatoken": start}))


def _changed_since(request: Request, since: int, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    mailbox = request.mailbox
    last = {abs(folder): folder for seq, folder in mailbox.folder_log if seq > since}
    rows = []
    for known, told in last.items():
        try:
            folder = mailbox.folder(told)
        except AbsentError:
            rows.append({"id": mailbox.folder_id(known), "@removed": {"reason": "deleted"}})
            continue
        if _is_seen(request, folder):
            rows.append(folder_json(mailbox, folder, fields))
    return rows


def _is_seen(request: Request, folder: Folder) -> bool:
    hidden_too = request.query.get("includehiddenfolders", "").lower() == "true"
    mailbox = request.mailbox
    return mailbox.visible(folder) or (hidden_too and mailbox.lies_in(folder, ROOT))


def _listed(request: Request, parent: int, path: str) -> Reply:
    hidden_too = request.query.get("includehiddenfolders", "").lower() == "true"
    mailbox = request.mailbox
    fields = chosen(request, FOLDER, DEFAULT, _KIND)
    found = [folder for folder in mailbox.folders(parent) if hidden_too or not folder.hidden]
    for term in terms(request.query.get("$filter", "")):
        tells = FOLDER.get(term.field)
        if tells is None or term.op not in {"eq", "ne", "startswith"}:
            raise GraphError(400, "ErrorInvalidUrlQueryFilter", f"The query filter on '{term.field}' is invalid.")
        found = [folder for folder in found if term.holds(tells((mailbox, folder)))]
    top, skip = number(request, "$top", 10, _MOST), number(request, "$skip", 0, 10**9)
    rows = [folder_json(mailbox, folder, fields) for folder in found[skip : skip + top]]
    if skip + top >= len(found):
        return _page(request, rows)
    query = {**request.query, "$skip": str(skip + top)}
    return _page(request, rows, "@odata.nextLink", link(request, f"/users('{request.owner.id}'){path}", query))


def _page(request: Request, rows: list[dict[str, Any]], name: str = "", url: str = "") -> Reply:
    context = request.context(f"users('{request.owner.id}')/mailFolders")
    return Reply(200, {"@odata.context": context, **({name: url} if name else {}), "value": rows})


def _told(request: Request, folder: Folder, status: int) -> Reply:
    fields = chosen(request, FOLDER, DEFAULT, _KIND)
    context = request.context(f"users('{request.owner.id}')/mailFolders/$entity")
    return Reply(status, {"@odata.context": context, **folder_json(request.mailbox, folder, fields)})


ROUTES = (
    Route("GET", "/users/{user}/mailFolders", list_folders),
    Route("POST", "/users/{user}/mailFolders", make_folder),
    Route("GET", "/users/{user}/mailFolders/delta", follow_folders),
    Route("GET", "/users/{user}/mailFolders/{folder}", get_folder),
    Route("PATCH", "/users/{user}/mailFolders/{folder}", rename_folder),
    Route("DELETE", "/users/{user}/mailFolders/{folder}", drop_folder),
    Route("POST", "/users/{user}/mailFolders/{folder}/move", move_folder),
    Route("GET", "/users/{user}/mailFolders/{folder}/childFolders", list_children),
    Route("POST", "/users/{user}/mailFolders/{folder}/childFolders", make_folder),
)

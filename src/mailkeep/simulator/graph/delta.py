"""Delta queries: the messages of one folder page by page, then whatever changes in it.

A round walks the folder's log from where its token says, and ends with a deltaLink at the end of the log. A message that
changes while the round goes on comes once more in it; one that left comes as `@removed`. Tokens carry the query.
Source: Graph, "message: delta", "Use delta query".
"""

import base64
import binascii
from bisect import bisect_right
from typing import Any

import msgspec

from mailkeep.simulator.graph.odata import link, number, page_size, terms, unix
from mailkeep.simulator.graph.routes import GraphError, Reply, Request, Route
from mailkeep.simulator.graph.tree import Folder, Item
from mailkeep.simulator.graph.wording import Wording

_PAGE = 10
_MOST_FILTERED = 5_000
"""A delta with a $filter gives no more messages than this."""
_KINDS = frozenset({"created", "updated", "deleted"})


class Token(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a link remembers."""

    folder: int
    after: int
    """Sequence number up to which the log is told."""
    base: int
    """Where the round began; 0 in the first."""
    until: int = 0
    """First round: where the log ended when it began; what left before is not told."""
    select: str = ""
    filter: str = ""
    change: str = ""
    given: int = 0
    """First round with a $filter: messages told so far."""
    born: int = 0
    """Sequence number at which the chain of tokens began."""


def follow_messages(request: Request) -> Reply:
    """GET …/mailFolders/{id}/messages/delta."""
    folder = request.mailbox.folder_at(request.params["folder"])
    token = _token(request, folder)
    request.query = {"$select": token.select} if token.select else {}
    size = page_size(request, _PAGE)
    room = _MOST_FILTERED - token.given if token.filter and token.until else None
    rows, reached, done = _walk(request, folder, token, size if room is None else min(size, room))
    given = token.given + len(rows)
    if room == len(rows):
        reached, done = max(reached, token.until), True
    if done:
        name, key = "@odata.deltaLink", "$deltatoken"
        following = msgspec.structs.replace(token, after=reached, base=reached, until=0, given=0)
    else:
        name, key = "@odata.nextLink", "$skiptoken"
        following = msgspec.structs.replace(token, after=reached, given=given)
    path = _path(request, folder)
    body = {
        "@odata.context": request.context("Collection(message)"),
        name: link(request, path, {key: _spelled(following)}),
        "value": rows,
    }
    return Reply(200, body, {"Preference-Applied": f"odata.maxpagesize={size}"})


def _walk(request: Request, folder: Folder, token: Token, size: int) -> tuple[list[dict[str, Any]], int, bool]:
    """(rows, sequence number reached, True at the end of the log)."""
    mailbox, wording = request.mailbox, Wording(request)
    since = next((unix(str(term.value)) + (term.op == "gt") for term in terms(token.filter)), None)
    kinds = frozenset(token.change.split(",")) if token.change else _KINDS
    rows: list[dict[str, Any]] = []
    reached = token.after
    at = bisect_right(folder.seqs, token.after)
    while at < len(folder.seqs) and len(rows) < size:
        reached, line = folder.seqs[at], folder.lines[at]
        at += 1
        item = folder.items.get(abs(line) >> 16)
        if line < 0:
            if item is None and reached > token.until and "deleted" in kinds:
                spelled = mailbox.former_id(folder, -line, immutable=request.immutable)
                rows.append({"id": spelled, "@removed": {"reason": "deleted"}})
        elif item is not None and item.touched == reached and _is_wanted(item, token, kinds, since):
            rows.append(wording.of(item))
    at_end = at >= len(folder.seqs)
    return rows, mailbox.seq if at_end else reached, at_end


def _is_wanted(item: Item, token: Token, kinds: frozenset[str], since: float | None) -> bool:
    if since is not None and item.received < since:
        return False
    return ("created" if item.entered > token.base else "updated") in kinds


def _token(request: Request, folder: Folder) -> Token:
    """What the link said, or the beginning of a first round. Raises: GraphError."""
    query = request.query
    spelled = query.get("$skiptoken") or query.get("$deltatoken")
    if spelled is None:
        return _first(request, folder)
    try:
        padded = spelled + "=" * (-len(spelled) % 4)
        token = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=Token)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise GraphError(400, "SyncStateInvalid", "The sync state is not valid: badly formed token.") from error
    if token.folder != folder.number:
        raise GraphError(400, "SyncStateInvalid", "The sync state is of another folder.")
    if token.born < request.mailbox.valid_from:
        fresh = {"Location": link(request, _path(request, folder), {"$top": str(_PAGE)})}
        raise GraphError(410, "syncStateNotFound", "The sync state generation is not found; start anew.", fresh)
    return token


def _first(request: Request, folder: Folder) -> Token:
    query = request.query
    asked = query.get("$filter", "")
    for term in terms(asked):
        if term.field != "receivedDateTime" or term.op not in {"ge", "gt"}:
            says = "Delta takes no filter but receivedDateTime ge or gt."
            raise GraphError(400, "ErrorInvalidUrlQueryFilter", says)
    if query.get("$search"):
        raise GraphError(400, "ErrorInvalidUrlQuery", "Delta does not search.")
    change = query.get("changetype", "")
    if change and not _KINDS.issuperset(change.split(",")):
        raise GraphError(400, "ErrorInvalidUrlQuery", f"changeType '{change}' is none of created, updated, deleted.")
    number(request, "$top", _PAGE, 1000)
    return Token(
        folder=folder.number,
        after=0,
        base=0,
        until=request.mailbox.seq,
        born=request.mailbox.seq,
        select=query.get("$select", ""),
        filter=asked,
        change=change,
    )


def _path(request: Request, folder: Folder) -> str:
    return f"/users('{request.owner.id}')/mailFolders('{request.mailbox.folder_id(folder.number)}')/messages/delta"


def _spelled(token: Token) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(token)).rstrip(b"=").decode()


ROUTES = (Route("GET", "/users/{user}/mailFolders/{folder}/messages/delta", follow_messages),)

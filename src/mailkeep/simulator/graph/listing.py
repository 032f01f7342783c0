"""A page of records that are only ever added to: filtered, newest first or as asked, continued where it stopped."""

import operator
from collections.abc import Callable, Sequence
from typing import Any

from mailkeep.simulator.graph.odata import Term, link, number, terms, unix
from mailkeep.simulator.graph.routes import GraphError, Reply, Request

_MOST = 999
_COMPARE = {"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le}


def listed(request: Request, rows: Sequence[dict[str, Any]], *, newest: str = "", page: int = 100) -> Reply:
    """The rows that the query wants.

    Takes: rows in the order they were added, which the log must keep; newest, the property whose latest comes first.
    Raises: GraphError.
    """
    top = number(request, "$top", page, _MOST)
    known, at = _token(request, len(rows))
    wanted = [_wanted(term) for term in terms(request.query.get("$filter", ""))]
    found = [row for row in rows[:known] if all(fits(row) for fits in wanted)]
    if newest:
        found.sort(key=lambda row: str(row[newest]), reverse=not _rising(request, newest))
    fields = {name.strip() for name in request.query.get("$select", "").split(",") if name.strip()}
    shown = [_picked(row, fields) for row in found[at : at + top]]
    body: dict[str, Any] = {"@odata.context": request.context(request.path.strip("/").partition("?")[0])}
    if at + top < len(found):
        query = {**request.query, "$skiptoken": f"{known}-{at + top}"}
        body["@odata.nextLink"] = link(request, request.path, query)
    return Reply(200, {**body, "value": shown})


def one(request: Request, rows: Sequence[dict[str, Any]], name: str) -> Reply:
    """The row whose id the path says under this name. Raises: GraphError."""
    for row in rows:
        if row["id"] == request.params[name]:
            return Reply(200, {"@odata.context": request.context("$entity"), **row})
    raise GraphError(404, "Request_ResourceNotFound", f"Resource '{request.params[name]}' does not exist.")


def _token(request: Request, there: int) -> tuple[int, int]:
    known, _, at = request.query.get("$skiptoken", f"{there}-0").partition("-")
    if not known.isdecimal() or not at.isdecimal():
        raise GraphError(400, "BadRequest", "The $skiptoken is not one of ours.")
    return int(known), int(at)


def _rising(request: Request, by: str) -> bool:
    said = request.query.get("$orderby", "").split()
    if said and said[0] != by:
        raise GraphError(400, "BadRequest", f"Only {by} can be ordered by here.")
    return bool(said) and said[-1].lower() != "desc"


def _wanted(term: Term) -> Callable[[dict[str, Any]], bool]:
    path = term.field.split("/")
    compare = _COMPARE.get(term.op)
    if compare is None:
        return lambda row: term.holds(_value(row, path))
    bound = unix(str(term.value))
    return lambda row: compare(unix(str(_value(row, path))), bound)


def _value(row: dict[str, Any], path: list[str]) -> Any:  # noqa: ANN401 - whatever JSON holds there
    found: Any = row
    for name in path:
        if not isinstance(found, dict) or name not in found:
            raise GraphError(400, "BadRequest", f"Invalid filter clause: no property '{'/'.join(path)}'.")
        found = found[name]
    return found


def _picked(row: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in fields or name == "id"} if fields else row

"""The parts of OData that Graph speaks: $select, $filter, $top, links to the next page, moments."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec

from mailkeep.simulator.graph.routes import GraphError, Request

_TERM = re.compile(r"\s*([A-Za-z/]+)\s+(eq|ne|gt|ge|lt|le)\s+('(?:[^']|'')*'|[^\s()]+)\s*")
_STARTS = re.compile(r"\s*startswith\(\s*([A-Za-z/]+)\s*,\s*('(?:[^']|'')*')\s*\)\s*")
_AND = re.compile(r"and\b")
_PAGE_SIZE = re.compile(r"odata\.maxpagesize=(\d+)", re.IGNORECASE)


class Term(msgspec.Struct, frozen=True, gc=False):
    """One comparison of a $filter."""

    field: str
    op: str
    """eq, ne, gt, ge, lt, le, startswith."""
    value: str | bool

    def holds(self, actual: object) -> bool:
        """True where a value of the field fits."""
        if self.op == "startswith":
            return isinstance(actual, str) and actual.lower().startswith(str(self.value).lower())
        same = actual.lower() == str(self.value).lower() if isinstance(actual, str) else actual == self.value
        return same if self.op == "eq" else not same


def moment(unix: float) -> str:
    """A Unix time as Graph writes moments."""
    return _second(int(unix))


def unix(spelled: str) -> float:
    """A moment of a $filter as Unix time. Raises: GraphError."""
    try:
        found = datetime.fromisoformat(spelled)
    except ValueError as error:
        raise GraphError(400, "BadRequest", f"Invalid filter clause: '{spelled}' is not a DateTimeOffset.") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


@lru_cache(maxsize=1024)
def terms(spelled: str) -> tuple[Term, ...]:
    """The comparisons of a $filter, all of which must hold. Raises: GraphError."""
    found: list[Term] = []
    at = 0
    while at < len(spelled):
        if found:
            joint = _AND.match(spelled, at)
            if joint is None:
                raise _unreadable(spelled)
            at = joint.end()
        match = _STARTS.match(spelled, at)
        if match is not None:
            found.append(Term(match[1], "startswith", _literal(match[2])))
        else:
            match = _TERM.match(spelled, at)
            if match is None:
                raise _unreadable(spelled)
            found.append(Term(match[1], match[2], _literal(match[3])))
        at = match.end()
    return tuple(found)


def chosen(request: Request, known: Mapping[str, Any], default: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """The properties to give, without the id. Raises: GraphError for one that the type does not have."""
    return _selected(request.query.get("$select", ""), frozenset(known), default, kind)


@lru_cache(maxsize=1024)
def _selected(spelled: str, known: frozenset[str], default: tuple[str, ...], kind: str) -> tuple[str, ...]:
    if not spelled:
        return default
    named = [name.strip() for name in spelled.split(",")]
    for name in named:
        if name not in known and name != "id":
            raise GraphError(400, "BadRequest", f"Could not find a property named '{name}' on type '{kind}'.")
    return tuple(name for name in named if name != "id")


def number(request: Request, name: str, default: int, most: int) -> int:
    """A whole number of the query, within bounds. Raises: GraphError."""
    spelled = request.query.get(name)
    if spelled is None:
        return default
    if not spelled.isdecimal() or (name == "$top" and int(spelled) == 0):
        raise GraphError(400, "BadRequest", f"Invalid value '{spelled}' for the query option {name}.")
    if int(spelled) > most:
        raise GraphError(400, "BadRequest", f"The limit of {most} for {name} query has been exceeded.")
    return int(spelled)


def page_size(request: Request, default: int) -> int:
    """What the Prefer header asks for."""
    found = _PAGE_SIZE.search(request.headers.get("prefer", ""))
    return max(1, int(found[1])) if found else default


def link(request: Request, path: str, query: Mapping[str, str]) -> str:
    """An absolute address below /v1.0."""
    spelled = "&".join(f"{quote(name, safe='$')}={quote(value, safe='')}" for name, value in query.items())
    return f"{request.base}{path}?{spelled}"


def shown(fields: tuple[str, ...], tells: Mapping[str, Callable[[Any], Any]], thing: object) -> dict[str, Any]:
    """The properties of a thing."""
    return {name: tells[name](thing) for name in fields}


@lru_cache(maxsize=4096)
def _second(unix: int) -> str:
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _literal(spelled: str) -> str | bool:
    if spelled.startswith("'"):
        return spelled[1:-1].replace("''", "'")
    return {"true": True, "false": False}.get(spelled, spelled)


def _unreadable(spelled: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Invalid filter clause: '{spelled}'.")

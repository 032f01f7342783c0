"""The table of routes: which handler answers which method and path, and which scopes it asks for."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

from mailkeep.simulator.google.calls import Call, Reply

Handler = Callable[[Call], Reply | Awaitable[Reply]]


@dataclass(slots=True, frozen=True)
class Route:
    """One method of the API."""

    id: str
    """As the discovery document names it; our own begin with "sim."."""
    method: str
    path: str
    scopes: frozenset[str]
    """Any one of them suffices; empty: no token is asked."""
    handler: Handler


class _Node:
    """One place in the tree of paths."""

    __slots__ = ("any", "fixed", "routes")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.routes: dict[str, tuple[Route, tuple[str, ...]]] = {}


class Routes:
    """A table of routes; tables are joined into one by the server."""

    def __init__(self) -> None:
        self.all: list[Route] = []
        self._root = _Node()

    def add(
        self,
        method: str,
        path: str,
        id: str,  # noqa: A002 - Google's word
        scopes: frozenset[str] = frozenset(),
    ) -> Callable[[Handler], Handler]:
        """A decorator that puts a handler into the table."""

        def put(handler: Handler) -> Handler:
            self.put(Route(id=id, method=method, path=path, scopes=scopes, handler=handler))
            return handler

        return put

    def join(self, tables: Iterable["Routes"]) -> Self:
        """The same table with these routes as well."""
        for table in tables:
            for route in table.all:
                self.put(route)
        return self

    def put(self, route: Route) -> None:
        """One more route."""
        self.all.append(route)
        node, names = self._root, []
        for step in _steps(route.path):
            if step.startswith("{"):
                names.append(step.strip("{}"))
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.fixed.setdefault(step, _Node())
        node.routes[route.method] = (route, tuple(names))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route of a path, and what its placeholders stand for; None when there is none."""
        found = _walk(self._root, _steps(path), 0, ())
        if found is None:
            return None
        node, values = found
        if method not in node.routes:
            return None
        route, names = node.routes[method]
        return route, dict(zip(names, map(unquote, values), strict=True))


def _steps(path: str) -> list[str]:
    """/a/b:do → a, b, :do."""
    steps = path.strip("/").split("/")
    last, mark, verb = steps[-1].partition(":")
    return [*steps[:-1], last, f":{verb}"] if mark else steps


def _walk(node: _Node, steps: list[str], at: int, values: tuple[str, ...]) -> tuple[_Node, tuple[str, ...]] | None:
    """Fixed steps before placeholders."""
    if at == len(steps):
        return (node, values) if node.routes else None
    fixed = node.fixed.get(steps[at])
    if fixed is not None and (found := _walk(fixed, steps, at + 1, values)) is not None:
        return found
    if node.any is None or not steps[at]:
        return None
    return _walk(node.any, steps, at + 1, (*values, steps[at]))

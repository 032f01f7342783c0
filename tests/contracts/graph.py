"""The published contract of Microsoft Graph: what each route returns, by the vendor's own CSDL, and who may call it.

Both files lie in `contracts` beside the project and are never copied into it; a test that needs them skips without them.
"""

import base64
import binascii
import gzip
import json
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

NS = "{http://docs.oasis-open.org/odata/ns/edm}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)")
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
PAGE_KEYS = {"value"}
ERROR_KEYS = {"code", "message", "target", "details", "innerError", "innererror"}
NO_JSON = ("/$value", "/$count")


def contracts_dir() -> Path:
    """The folder of the vendors' contracts; skips the test where this machine has none."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "contracts"
    if not folder.is_dir():
        pytest.skip("the vendors' published contracts are not beside the project")
    return folder


class Type(NamedTuple):
    """An entity or complex type."""

    name: str
    base: str | None
    is_open: bool
    properties: dict[str, tuple[str, bool]]
    """Name → (type, may be null)."""


class Operation(NamedTuple):
    """An action or function bound to a type."""

    binding: str
    returns: str | None


class Enumeration(NamedTuple):
    members: frozenset[str]
    flags: bool


def is_base64(value: object) -> bool:
    try:
        return isinstance(value, str) and base64.b64decode(value, validate=True) is not None
    except binascii.Error:
        return False


def is_int(bits: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)


def is_text(shape: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(shape, value) is not None


def is_number(value: object) -> bool:
    return type(value) in (int, float) or value in ("INF", "-INF", "NaN")


EDM: dict[str, Callable[[object], bool]] = {
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "Byte": lambda value: type(value) is int and 0 <= value < 256,
    "Int16": is_int(16),
    "Int32": is_int(32),
    "Int64": is_int(64),
    "Double": is_number,
    "Single": is_number,
    "Decimal": is_number,
    "Binary": is_base64,
    "Stream": is_base64,
    "DateTimeOffset": is_text(MOMENT.pattern),
    "Date": is_text(r"\d{4}-\d\d-\d\d"),
    "TimeOfDay": is_text(r"\d\d:\d\d:\d\d(\.\d{1,7})?"),
    "Duration": is_text(r"-?P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"),
    "Guid": is_text(GUID.pattern),
}


def inside(name: str) -> str | None:
    """The type of the members of a collection, or None."""
    return name[11:-1] if name.startswith("Collection(") else None


class Contract:
    """The whole CSDL, walked once (0.2 s)."""

    def __init__(self, source: bytes) -> None:
        self.types: dict[str, Type] = {}
        self.enums: dict[str, Enumeration] = {}
        self.roots: dict[str, str] = {}
        self.operations: dict[str, list[Operation]] = defaultdict(list)
        for schema in ET.fromstring(source).iter(NS + "Schema"):
            self._read_schema(schema)
        self._by_lower = {name.lower(): name for name in self.types}

    # -- reading ---------------------------------------------------------------------------------------------------

    def _read_schema(self, schema: ET.Element) -> None:
        space = schema.get("Namespace", "")

        def full(name: str | None) -> str | None:
            """The name with its alias resolved: `graph.` is the root namespace, `self.` this one."""
            if name is None or "microsoft.graph" in name:
                return name
            return re.sub(r"\bgraph\.", "microsoft.graph.", re.sub(r"\bself\.", f"{space}.", name))

        for element in schema:
            kind, name = element.tag.removeprefix(NS), f"{space}.{element.get('Name')}"
            if kind in ("EntityType", "ComplexType"):
                fields = [each for each in element if each.tag in (NS + "Property", NS + "NavigationProperty")]
                properties = {
                    each.get("Name", ""): (full(each.get("Type")) or "", each.get("Nullable") != "false")
                    for each in fields
                }
                self.types[name] = Type(
                    name, full(element.get("BaseType")), element.get("OpenType") == "true", properties
                )
            elif kind == "EnumType":
                members = frozenset(each.get("Name", "") for each in element.findall(NS + "Member"))
                self.enums[name] = Enumeration(members, element.get("IsFlags") == "true")
            elif kind in ("Action", "Function") and element.get("IsBound") == "true":
                binding, returned = element.find(NS + "Parameter"), element.find(NS + "ReturnType")
                assert binding is not None
                self.operations[element.get("Name", "").lower()].append(
                    Operation(
                        full(binding.get("Type")) or "", full(returned.get("Type")) if returned is not None else None
                    )
                )
            elif kind == "EntityContainer":
                for each in element:
                    if each.tag == NS + "EntitySet":
                        self.roots[each.get("Name", "").lower()] = f"Collection({full(each.get('EntityType'))})"
                    elif each.tag == NS + "Singleton":
                        self.roots[each.get("Name", "").lower()] = full(each.get("Type")) or ""

    def lineage(self, name: str) -> Iterator[Type]:
        """The type and what it descends from, nearest first."""
        at: str | None = name
        while at is not None:
            yield self.types[at]
            at = self.types[at].base

    def properties(self, name: str) -> dict[str, tuple[str, bool]]:
        """Every property, the inherited ones too."""
        return {key: value for each in reversed([*self.lineage(name)]) for key, value in each.properties.items()}

    # -- values ----------------------------------------------------------------------------------------------------

    def errors(self, value: Any, name: str, at: str = "$") -> list[str]:
        """What is wrong with a value of this type, a sentence each; empty when nothing is."""
        if value is None:
            return []
        if member := inside(name):
            if not isinstance(value, list):
                return [f"{at}: {type(value).__name__} instead of a list"]
            return [wrong for index, each in enumerate(value) for wrong in self.errors(each, member, f"{at}[{index}]")]
        if name.startswith("Edm."):
            return [] if EDM[name[4:]](value) else [f"{at}: {value!r} is not {name}"]
        if name in self.enums:
            known = self.enums[name]
            said = value.split(",") if isinstance(value, str) and known.flags else [value]
            return [f"{at}: {each!r} is not a member of {name}" for each in said if each not in known.members]
        return self._object_errors(value, name, at)

    def _object_errors(self, value: Any, name: str, at: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{at}: {type(value).__name__} instead of an object of {name}"]
        if (declared := value.get("@odata.type")) is not None:
            narrowed = self._by_lower.get(declared.removeprefix("#").lower())
            # `resourceData` declares no property: what stands in it names its own type
            lawful = {each.name for each in self.lineage(narrowed)} if narrowed else set()
            if narrowed is None or (self.properties(name) and name not in lawful):
                return [f"{at}: {declared} is no kind of {name}"]
            name = narrowed
        known, wrong = self.properties(name), []
        if not known and any(each.is_open for each in self.lineage(name)):
            return []
        for key, content in value.items():
            if "@" in key:  # @odata.*, @removed, manager@delta
                continue
            if key not in known:
                wrong.append(f"{at}.{key}: not a property of {name}")
            elif content is None and not known[key][1] and not inside(known[key][0]):
                wrong.append(f"{at}.{key}: null, though {name} says it never is")
            else:
                wrong += self.errors(content, known[key][0], f"{at}.{key}")
        return wrong

    # -- routes ----------------------------------------------------------------------------------------------------

    def kind_of(self, path: str) -> str | None:
        """The type that a path below `/v1.0` answers with; "" for no body. Raises: LookupError for an unknown path."""
        first, *rest = [each for each in path.strip("/").split("/") if each]
        root, key = self._with_key(first)
        if root.lower() not in self.roots:
            raise LookupError(f"{path}: {root} is not in the entity container")
        at: str | None = self.roots[root.lower()]
        if key:
            at = inside(at or "")
        for segment in rest:
            at = self._step(at, segment, path)
        return at

    @staticmethod
    def _with_key(segment: str) -> tuple[str, bool]:
        match = re.fullmatch(r"([\w.$]+)\(.+\)", segment)
        return (match[1], True) if match else (segment.removesuffix("()"), False)

    def _step(self, at: str | None, segment: str, path: str) -> str | None:
        if not at:
            raise LookupError(f"{path}: nothing is below {segment}")
        name, key = self._with_key(segment)
        member = inside(at)
        if (member or at) not in self.types:
            raise LookupError(f"{path}: {segment} cannot follow {at}")
        bound = {each.binding: each for each in self.operations.get(name.removeprefix("microsoft.graph.").lower(), ())}
        for holder in self.lineage(member or at):  # the nearest binding wins
            if operation := bound.get(f"Collection({holder.name})" if member else holder.name):
                return operation.returns or ""
        if member:
            return member
        if segment in ("$value", "$count", "$ref"):
            return "Edm.Stream"
        found = {key.lower(): kind for key, (kind, _) in self.properties(at).items()}.get(name.lower())
        if found is None:
            raise LookupError(f"{path}: {segment} is neither a property nor an operation of {at}")
        return inside(found) if key else found

    def answer_errors(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What is wrong with one answer of the API.

        Takes: the path below `/v1.0` without its query; the body as parsed JSON, None when empty.
        """
        if status >= 400:
            return self.refusal_errors(body)
        if path.strip("/").lower() == "$batch":
            return self._batch_errors(body)
        if path.endswith(NO_JSON):
            return []
        try:
            kind = self.kind_of(path)
        except LookupError as reason:
            return [str(reason)]
        if method == "DELETE" or not kind or status in (202, 204):
            return [] if body is None else [f"{method} {path} gives no body, yet one came with {status}"]
        if method == "PATCH" and body is None:
            return []
        if method == "POST" and (member := inside(kind)) and self._is_collection_post(path):
            kind = member
        if not isinstance(body, dict):
            return [f"{method} {path} answered {status} without a JSON object"]
        if member := inside(kind):
            unknown = [f"$.{key}: not part of a page" for key in body if key not in PAGE_KEYS and "@" not in key]
            missing = [] if "value" in body else ["$.value: a page without it"]
            return unknown + missing + self.errors(body.get("value"), kind, "$.value")
        return self.errors(body, kind) if kind in self.types else self.errors(body.get("value"), kind, "$.value")

    def _is_collection_post(self, path: str) -> bool:
        """Whether a POST here creates a member: the last segment is no operation."""
        return self._with_key(path.rstrip("/").rsplit("/", 1)[-1])[0].lower() not in self.operations

    @staticmethod
    def refusal_errors(body: Any) -> list[str]:
        """What is wrong with the body of an error."""
        error = body.get("error") if isinstance(body, dict) else None
        if not isinstance(error, dict):
            return ["$.error: an error without its object"]
        missing = [
            f"$.error.{key}: missing or no string" for key in ("code", "message") if not isinstance(error.get(key), str)
        ]
        return missing + [f"$.error.{key}: not part of an error" for key in error if key not in ERROR_KEYS]

    @staticmethod
    def _batch_errors(body: Any) -> list[str]:
        answers = body.get("responses") if isinstance(body, dict) else None
        if not isinstance(answers, list):
            return ["$.responses: a batch without it"]
        wrong = []
        for index, answer in enumerate(answers):
            wrong += [
                f"$.responses[{index}].{key}: unknown"
                for key in answer
                if key not in {"id", "status", "headers", "body"}
            ]
            if not isinstance(answer.get("id"), str) or not isinstance(answer.get("status"), int):
                wrong.append(f"$.responses[{index}]: id must be a string and status a number")
        return wrong


class Permissions:
    """Which application permissions open which call, as the vendor publishes it."""

    def __init__(self, source: bytes) -> None:
        self.table: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.names: frozenset[str]
        published = json.loads(source)["permissions"]
        self.names = frozenset(name for name, each in published.items() if "Application" in each["schemes"])
        for name, each in published.items():
            for group in each["pathSets"]:
                if "Application" not in group["schemeKeys"]:
                    continue
                for path in group["paths"]:
                    for method in group["methods"]:
                        self.table[method, path.lower()].add(name)

    def allowed(self, method: str, path: str) -> frozenset[str]:
        """The permissions that suffice for a call; the path as `/users/{id}/messages`, empty when it is not published.

        The published list leaves out some permissions that hold another, so whoever may write may read here.
        """
        said = self.table.get((method, path.lower()), set())
        writers = {name.replace(".Read", ".ReadWrite", 1) for name in said if re.search(r"\.Read(\.|$)", name)}
        return frozenset(said | (writers & self.names))


class Watchman:
    """Sees every answer of a simulator, as its `observer`, and remembers what the contract forbids."""

    def __init__(self, graph: Contract) -> None:
        self.graph = graph
        self.seen = 0
        self.wrong: list[str] = []

    def __call__(self, method: str, path: str, status: int, body: Any) -> None:
        self.seen += 1
        if isinstance(body, bytes) or status == 0:
            return  # MIME, and what a fault spoilt on purpose
        bare = path.partition("?")[0]
        self.wrong += [
            f"{method} {bare} {status}: {each}" for each in self.graph.answer_errors(method, bare, status, body)
        ]


def watchman() -> Watchman | None:
    """A new one; None where the published contract is not beside the project, and answers go unchecked."""
    try:
        return Watchman(contract())
    except pytest.skip.Exception:
        return None


@cache
def contract() -> Contract:
    """The CSDL of Graph v1.0; skips the test where it is missing."""
    return Contract(gzip.decompress((contracts_dir() / "graph-v1.0.csdl.gz").read_bytes()))


@cache
def permissions() -> Permissions:
    """The published permissions; skips the test where they are missing."""
    return Permissions(gzip.decompress((contracts_dir() / "graph-permissions.json.gz").read_bytes()))

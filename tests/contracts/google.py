"""Is this what Google would have answered? Asked of the discovery documents inside the vendor's own client library.

Skips in words where that library is not installed; it is a development dependency only.
"""

import importlib.resources
import json
import re
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator

APIS = ("gmail.v1", "admin.directory_v1", "admin.reports_v1", "pubsub.v1")
OURS = re.compile(r"/(_sim|token|oauth2|batch)\b")
"""Paths that no discovery document knows."""
_RANGES = {"int32": (-(1 << 31), (1 << 31) - 1), "uint32": (0, (1 << 32) - 1)}
_STAMP = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$"
_PATTERNS = {
    "uint64": r"^(0|[1-9]\d{0,18}|1[0-8]\d{18})$",
    "int64": r"^-?(0|[1-9]\d{0,18})$",
    "byte": r"^[A-Za-z0-9_+/=-]*$",
    "date-time": _STAMP,
    "google-datetime": _STAMP,
    "google-duration": r"^-?\d+(\.\d{1,9})?s$",
}
ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "status"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string", "minLength": 1},
                "status": {"type": "string", "pattern": "^[A-Z_]+$"},
                "errors": {"type": "array", "items": {"type": "object", "required": ["message", "domain", "reason"]}},
                "details": {"type": "array", "items": {"type": "object", "required": ["@type"]}},
            },
        }
    },
}
"""The error document; no discovery document describes it."""


def as_json_schema(said):
    """A schema of a discovery document as JSON Schema; what it does not name is forbidden."""
    if "$ref" in said:
        return {"$ref": "#/$defs/" + said["$ref"]}
    made = {} if said.get("type") in {None, "any"} else {"type": said["type"]}
    form = said.get("format")
    if made.get("type") == "string" and form in _PATTERNS:
        made["pattern"] = _PATTERNS[form]
    if form in _RANGES:
        made["minimum"], made["maximum"] = _RANGES[form]
    if "enum" in said:
        made["enum"] = said["enum"]
    if "properties" in said:
        made["properties"] = {name: as_json_schema(each) for name, each in said["properties"].items()}
        made["additionalProperties"] = False
    if "additionalProperties" in said:
        made["additionalProperties"] = as_json_schema(said["additionalProperties"])
    if "items" in said:
        made["items"] = as_json_schema(said["items"])
    if not said.get("properties", True):
        made["additionalProperties"] = False
    return made


class Discovery:
    """One discovery document."""

    def __init__(self, name):
        library = importlib.resources.files("googleapiclient")
        document = json.loads((library / f"discovery_cache/documents/{name}.json").read_text())
        self.schemas = {key: as_json_schema(each) for key, each in document["schemas"].items()}
        self.methods = {each["id"]: each for each in _methods(document)}
        self._paths = [(each["httpMethod"], _pattern(each), each) for each in self.methods.values()]

    def method_for(self, verb, path):
        """The method that answers there; a fixed path before one with placeholders."""
        found = [each for said, pattern, each in self._paths if said == verb and pattern.fullmatch(path)]
        return min(found, key=lambda each: each.get("flatPath", each["path"]).count("{"), default=None)

    @cache  # noqa: B019 - four documents live for the whole run
    def validator(self, schema):
        """Checks a value against one of the schemas."""
        return Draft202012Validator({"$defs": self.schemas, "$ref": f"#/$defs/{schema}"})


@cache
def discoveries():
    """All documents; skips where the vendor's library is missing."""
    pytest.importorskip(
        "googleapiclient", reason="google-api-python-client, which holds the documents, is not installed"
    )
    return tuple(Discovery(name) for name in APIS)


def find_method(verb, path):
    """(document, method) of a path, or None."""
    for each in discoveries():
        method = each.method_for(verb, path)
        if method is not None:
            return each, method
    return None


def faults_of(verb, path, status, body):
    """Every way in which this answer differs from what the documents promise; sentences."""
    if OURS.match(path):
        return []
    where = f"{verb} {path} → {status}"
    if status >= 400:
        return [f"{where}: {each.message}" for each in _error_validator().iter_errors(json.loads(body))]
    found = find_method(verb, path)
    if found is None:
        return [f"{where}: no discovery document knows this method"]
    document, method = found
    schema = method.get("response", {}).get("$ref")
    if schema is None:
        return [f"{where}: {method['id']} answers with nothing, and here came {len(body)} bytes"] if body else []
    errors = document.validator(schema).iter_errors(json.loads(body))
    return [f"{where} {list(each.path)}: {each.message[:300]}" for each in errors]


@dataclass
class Checked:
    """An observer that checks every answer of a simulator."""

    faults: list = field(default_factory=list)
    methods: set = field(default_factory=set)
    """Ids of the methods that answered well."""

    def __call__(self, verb, path, status, body):
        self.faults += faults_of(verb, path, status, body)
        found = None if OURS.match(path) or status >= 400 else find_method(verb, path)
        if found:
            self.methods.add(found[1]["id"])


@cache
def _error_validator():
    return Draft202012Validator(ERROR)


def _methods(resource):
    for each in resource.get("resources", {}).values():
        yield from each.get("methods", {}).values()
        yield from _methods(each)


def _pattern(method):
    path = method.get("flatPath", method["path"])
    return re.compile("/" + re.sub(r"\\\{\w+\\\}", "[^/:]+", re.escape(unquote(path))))

"""The lists that ship with the product, read once at import."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any


def lines(name: str) -> tuple[str, ...]:
    """Every entry of the list `data/NAME`, comments and empty lines left out, in the order of the file."""
    rows = (row.strip() for row in _text(name).splitlines())
    return tuple(row for row in rows if row and not row.startswith("#"))


def table(name: str) -> dict[str, Any]:
    """The TOML table `data/NAME`."""
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    return files("mailkeep.facts").joinpath("data", name).read_text(encoding="utf-8")


def with_parents(host: str, most: int = 6) -> Iterator[str]:
    """The host itself, then what remains after cutting labels from the left: how a list entry covers all below it."""
    for _ in range(most):
        if not host:
            return
        yield host
        host = host.partition(".")[2]

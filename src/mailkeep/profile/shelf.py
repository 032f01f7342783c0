"""The socket profile records are kept behind: bytes by (kind, key)."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias

Key: TypeAlias = tuple[str, str]
"""(kind, key): the kind is a short word ("pair", "sender"), the key any text without line breaks."""


class Shelf(Protocol):
    """Where profile records lie. Kinds and keys are opaque to it; values are small (60 bytes to a few kilobytes)."""

    def get_many(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """The values that exist; missing keys are left out."""

    def put_many(self, items: Iterable[tuple[Key, bytes]]) -> None:
        """Stores every item, replacing former values, all or none."""

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Removes every key; one that is missing is no error."""

    def scan(self, kind: str, prefix: str = "") -> Iterator[tuple[Key, bytes]]:
        """Every item of this kind whose key begins with the prefix, in key order, as of when the scan began."""


class DictShelf:
    """A shelf in memory: for `inspect` without a home, replays and tests."""

    def __init__(self) -> None:
        self._items: dict[Key, bytes] = {}

    def __len__(self) -> int:
        return len(self._items)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """The values that exist."""
        return {key: self._items[key] for key in keys if key in self._items}

    def put_many(self, items: Iterable[tuple[Key, bytes]]) -> None:
        """Stores every item."""
        self._items.update(items)

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Removes every key."""
        for key in keys:
            self._items.pop(key, None)

    def scan(self, kind: str, prefix: str = "") -> Iterator[tuple[Key, bytes]]:
        """Every item of this kind with this prefix, in key order."""
        found = [(key, value) for key, value in self._items.items() if key[0] == kind and key[1].startswith(prefix)]
        yield from sorted(found)

"""The socket profile records are kept behind: bytes by (kind, key)."""

from collections import defaultdict
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
        self._kinds: defaultdict[str, dict[str, bytes]] = defaultdict(dict)

    def __len__(self) -> int:
        return sum(map(len, self._kinds.values()))

    def get_many(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """The values that exist."""
        return {key: value for key in keys if (value := self._kinds[key[0]].get(key[1])) is not None}

    def put_many(self, items: Iterable[tuple[Key, bytes]]) -> None:
        """Stores every item."""
        for (kind, key), value in items:
            self._kinds[kind][key] = value

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Removes every key."""
        for kind, key in keys:
            self._kinds[kind].pop(key, None)

    def scan(self, kind: str, prefix: str = "") -> Iterator[tuple[Key, bytes]]:
        """Every item of this kind with this prefix, in key order."""
        for key, value in sorted(item for item in self._kinds[kind].items() if item[0].startswith(prefix)):
            yield (kind, key), value

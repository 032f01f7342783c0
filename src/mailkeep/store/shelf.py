"""The profile's shelf in the database: what is put waits in memory until the page it was learned from is kept."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, bindparam, delete, select

from mailkeep.profile.shelf import Key
from mailkeep.store.sql import put, slices
from mailkeep.store.tables import DNA

PREFIX_END = "\U0010ffff"


_FIND = select(DNA.c.key, DNA.c.noun).where(
    DNA.c.tenant == bindparam("tenant"), DNA.c.key.in_(bindparam("keys", expanding=True))
)
"""Built once: it is asked for every mail, and building it costs more than asking."""


class Database(Protocol):
    """The two kinds of transaction a shelf needs; `Store` gives them."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that reads."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that writes, alone."""


class SqlShelf:
    """A `profile.shelf.Shelf` whose changes are all kept together by `keep`, or all lost with the page they came from."""

    def __init__(self, database: Database, tenant: str) -> None:
        self._database = database
        self._tenant = tenant
        self._changed: dict[Key, bytes | None] = {}

    def get_many(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """The values that exist, those not yet kept included."""
        wanted = list(keys)
        found = self._load([key for key in wanted if key not in self._changed])
        fresh = ((key, self._changed[key]) for key in wanted if key in self._changed)
        found.update((key, value) for key, value in fresh if value is not None)
        return found

    def put_many(self, items: Iterable[tuple[Key, bytes]]) -> None:
        """Remembers every item until `keep`."""
        self._changed.update(items)

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Remembers the removal of every key until `keep`."""
        self._changed.update(dict.fromkeys(keys))

    def scan(self, kind: str, prefix: str = "") -> Iterator[tuple[Key, bytes]]:
        """Every item of this kind with this prefix, in key order, those not yet kept included."""
        first = _name((kind, prefix))
        where = (DNA.c.tenant == self._tenant, DNA.c.key >= first, DNA.c.key < first + PREFIX_END)
        with self._database.reading() as connection:
            rows = connection.execute(select(DNA.c.key, DNA.c.noun).where(*where)).all()
        merged: dict[Key, bytes | None] = {_key(row.key): row.noun for row in rows}
        fresh = self._changed.items()
        merged.update((key, value) for key, value in fresh if key[0] == kind and key[1].startswith(prefix))
        yield from sorted((key, value) for key, value in merged.items() if value is not None)

    def write(self, connection: Connection) -> None:
        """Writes every change into this transaction; call `settle` once it is committed."""
        puts = sorted((_name(key), value) for key, value in self._changed.items() if value is not None)
        put(connection, DNA, [{"tenant": self._tenant, "key": name, "noun": value} for name, value in puts])
        gone = [_name(key) for key, value in self._changed.items() if value is None]
        for some in slices(gone):
            connection.execute(delete(DNA).where(DNA.c.tenant == self._tenant, DNA.c.key.in_(some)))

    def settle(self) -> None:
        """The changes are kept: they are the truth from now on."""
        self._changed.clear()

    def forget_changes(self) -> None:
        """Drops what was not kept, after a page that failed."""
        self._changed.clear()

    def keep(self) -> None:
        """Keeps every change at once, for those who change the DNA outside a page."""
        with self._database.writing() as connection:
            self.write(connection)
        self.settle()

    def _load(self, keys: list[Key]) -> dict[Key, bytes]:
        found: dict[Key, bytes] = {}
        if not keys:
            return found
        with self._database.reading() as connection:
            for some in slices([_name(key) for key in keys]):
                asked = {"tenant": self._tenant, "keys": some}
                found.update({_key(name): noun for name, noun in connection.execute(_FIND, asked)})
        return found


def _name(key: Key) -> str:
    return f"{key[0]}\n{key[1]}"


def _key(name: str) -> Key:
    kind, _, key = name.partition("\n")
    return kind, key

"""The few things that two databases write differently, and the moments as the tables keep them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]

MANY = 400
"""How many values one IN (…) carries: under every database's bound on parameters."""


def ms(at: datetime) -> int:
    """Milliseconds since 1970 UTC. Takes: an aware moment."""
    return round(at.timestamp() * 1000)


def moment(at: int) -> datetime:
    """The UTC moment of these milliseconds."""
    return datetime.fromtimestamp(at / 1000, UTC)


def put(connection: Connection, table: Table, rows: Sequence[Row], *, keep: frozenset[str] | None = frozenset()) -> int:
    """Inserts these rows; one that is there already is overwritten, but for the columns in `keep`.

    Takes: `keep=None` to leave existing rows wholly as they are. Gives: how many rows were inserted or changed.
    """
    if not rows:
        return 0
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
    keys = [column.name for column in table.primary_key]
    if keep is None:
        return connection.execute(insert.on_conflict_do_nothing(), rows).rowcount
    fresh = {name: insert.excluded[name] for name in rows[0] if name not in keys and name not in keep}
    return connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=fresh), rows).rowcount


def slices(values: Sequence[str]) -> list[Sequence[str]]:
    """The values in pieces of at most `MANY`."""
    return [values[start : start + MANY] for start in range(0, len(values), MANY)]


def pairs(connection: Connection, query: Select[tuple[str, Any]]) -> dict[str, Any]:
    """First column → second column of what this query finds."""
    return {first: second for first, second in connection.execute(query)}  # noqa: C416 - a row is no pair to dict's type

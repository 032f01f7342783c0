"""Opens the embedded database: one connection that writes, a few that read, and the schema brought up to date."""

import importlib.resources
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.pool import QueuePool

from mailkeep.store.trouble import StoreError, in_words

BUSY_S = 20
"""Seconds to wait for another process' transaction before saying so."""


def writer_engine(path: Path) -> Engine:
    """The one writing connection; every transaction takes the write lock at its start, so none fails half-way for it.

    synchronous=FULL: an intent that was committed before a deed outlives a power cut, or the deed's undo would be lost.
    """
    return _engine(path, begin="BEGIN IMMEDIATE", pragmas=("journal_mode=WAL", "synchronous=FULL"), size=1)


def reader_engine(path: Path) -> Engine:
    """Reading connections, which never wait for the writer (WAL) and cannot write."""
    return _engine(path, begin="BEGIN", pragmas=("query_only=ON",), size=4)


def prepare_place(path: Path) -> None:
    """Makes the home's folder, for its owner's eyes only. Raises: StoreError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be made: {error.strerror}. Give this user write permission there, or name "
            "another place with --home."
        ) from error


def migrate(engine: Engine, path: Path) -> None:
    """Brings the schema to this version's, in one transaction. Raises: StoreError for a home of a newer Mailkeep."""
    config = Config()
    folder = importlib.resources.files("mailkeep.store") / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    known = {revision.revision for revision in script.walk_revisions()}
    with in_words(path), engine.begin() as connection:
        current = _revision(connection)
        if current is not None and current not in known:
            raise StoreError(
                f"{path}: written by a newer Mailkeep (schema {current}; this one knows up to "
                f"{script.get_current_head()}). Install that version again, or name another place with --home."
            )
        if current != script.get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _engine(path: Path, *, begin: str, pragmas: tuple[str, ...], size: int) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": BUSY_S},
    )

    def connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
        connection.isolation_level = None  # the driver must not begin transactions behind our back
        for pragma in (*pragmas, "temp_store=MEMORY", "cache_size=-16000"):
            connection.execute(f"PRAGMA {pragma}")

    def begins(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begins)
    return engine

import os
import sqlite3
import stat

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from mailkeep.store.store import open_store
from mailkeep.store.tables import METADATA
from mailkeep.store.trouble import StoreError


def test_a_new_home_is_made_for_its_owners_eyes_only(tmp_path):
    path = tmp_path / "home" / "mailkeep.db"
    open_store(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(store):
    with store.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_home_opened_twice_keeps_what_it_holds(tmp_path):
    path = tmp_path / "mailkeep.db"
    first = open_store(path)
    first.begin("corp", "ada", since=None, begun_at=None)
    first.close()
    second = open_store(path)
    assert second.summary().tenants[0].tenant == "corp"
    second.close()


def test_a_home_of_a_newer_version_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / "mailkeep.db"
    open_store(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(StoreError, match=r"newer Mailkeep \(schema 9999; .* up to 0002\)\. Install that version"):
        open_store(path)


def test_a_file_that_is_no_database_is_named_with_the_remedy(tmp_path):
    path = tmp_path / "mailkeep.db"
    path.write_text("this is a shopping list\n" * 200)
    with pytest.raises(StoreError, match=r"mailkeep\.db: it is damaged or no Mailkeep database"):
        open_store(path)


def test_a_torn_database_is_named_with_the_remedy(tmp_path):
    path = tmp_path / "mailkeep.db"
    open_store(path).close()
    pages = path.read_bytes()
    path.write_bytes(pages[:4096] + os.urandom(len(pages) - 4096))
    with pytest.raises(StoreError, match="damaged"):
        open_store(path)


def test_a_home_that_cannot_be_made_says_why(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot be made: .* --home"):
        open_store(tmp_path / "file" / "mailkeep.db")


def test_the_writer_is_durable_and_readers_cannot_write(store):
    with store.writing() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    with pytest.raises(StoreError, match="may not be written to"), store.reading() as connection:
        connection.execute(text("DELETE FROM message"))

import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from mailkeep.store.trouble import StoreError, in_words


def refusing(says):
    return OperationalError("INSERT …", {}, sqlite3.OperationalError(says))


@pytest.mark.parametrize(
    ("says", "remedy"),
    [
        ("database or disk is full", "Free some space"),
        ("disk I/O error", "Free some space"),
        ("attempt to write a readonly database", "write permission"),
        ("database disk image is malformed", "Put back a backup"),
        ("unable to open database file", "the folder exists"),
        ("database is locked", "another Mailkeep"),
    ],
)
def test_what_the_database_refuses_becomes_a_sentence_with_the_file_and_the_remedy(tmp_path, says, remedy):
    with pytest.raises(StoreError, match=remedy) as told, in_words(tmp_path / "x.db"):
        raise refusing(says)
    assert str(told.value).startswith(f"{tmp_path / 'x.db'}: ")


def test_our_own_mistakes_fly_on(tmp_path):
    with pytest.raises(OperationalError), in_words(tmp_path / "x.db"):
        raise refusing("near SELEKT: syntax error")
    with pytest.raises(IntegrityError), in_words(tmp_path / "x.db"):
        raise IntegrityError("INSERT …", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))

import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from mailkeep.connect.progress import resumed

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Read(msgspec.Struct, kw_only=True, array_like=True):
    pages: int = 0
    floor: datetime | None = None


def cursor(read):
    return base64.b85encode(msgspec.msgpack.encode(read)).decode()


def test_a_cursor_goes_on_where_it_was():
    assert resumed(cursor(Read(pages=3)), Read, None) == Read(pages=3)
    assert resumed(cursor(Read(pages=3)), Read, NOON) == Read(pages=3, floor=NOON)


def test_older_mail_than_it_began_with_begins_anew_and_younger_does_not():
    begun = cursor(Read(pages=3, floor=NOON))
    earlier, later = NOON - timedelta(days=1), NOON + timedelta(days=1)
    assert resumed(begun, Read, earlier) == Read(floor=earlier)
    assert resumed(begun, Read, later) == Read(pages=3, floor=later)
    assert resumed(begun, Read, None) == Read(pages=3, floor=NOON)


@pytest.mark.parametrize(
    "text", [None, "", "what is this", "~", cursor(Read())[:-1], base64.b85encode(b"\xff").decode()]
)
def test_a_cursor_that_makes_no_sense_begins_anew(text):
    assert resumed(text, Read, None) == Read()

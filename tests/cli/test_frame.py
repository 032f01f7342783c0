"""What the verbs share."""

from datetime import UTC, datetime, timedelta

import pytest

from mailkeep.cli.frame import emit, moment, visible
from mailkeep.kit.trouble import OperatorError


def test_a_span_counts_back_from_now():
    now = datetime.now(UTC)
    assert abs(now - timedelta(days=180) - moment("180d")) < timedelta(minutes=1)
    assert abs(now - timedelta(hours=36) - moment("36h")) < timedelta(minutes=1)
    assert abs(now - timedelta(weeks=2) - moment("2w")) < timedelta(minutes=1)


def test_a_date_is_utc_where_it_names_no_zone():
    assert moment("2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)
    assert moment("2026-01-31T10:00:00+02:00").utcoffset() == timedelta(hours=2)


def test_nothing_given_is_no_bound():
    assert moment(None) is None


@pytest.mark.parametrize("words", ["yesterday", "d", "12x", "2026-13-01"])
def test_other_words_are_refused_with_the_forms_understood(words):
    with pytest.raises(OperatorError, match="180d, 36h, 2w"):
        moment(words)


def test_what_would_command_a_terminal_is_shown_as_signs():
    assert visible("a\x1b[2J\x07b\x9bc\u202ed\te\n") == "a␛[2J␇b�c�d\te\n"


def test_an_object_line_is_the_same_object_without_commanding_bytes(capfdbinary):
    import json

    emit(json.dumps({"a": "x\x7f\x9by é\u202e"}, ensure_ascii=False).encode())
    line = capfdbinary.readouterr().out
    assert json.loads(line) == {"a": "x\x7f\x9by é\u202e"}
    assert not {0x7F, 0x1B} & set(line)
    assert b"\xc2\x9b" not in line

"""What the verbs share."""

from datetime import UTC, datetime, timedelta

import pytest

from mailkeep.cli.frame import moment
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

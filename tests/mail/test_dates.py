from datetime import UTC, datetime

import pytest

from mailkeep.kit.known import Unknown
from mailkeep.mail import dates

TEN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Mon, 5 Jan 2026 10:00:00 +0100", 60),
        ("Mon, 05 Jan 2026 04:00:00 -0500 (EST)", -300),
        ("5 Jan 26 09:00 GMT", 0),
        ("Mon Jan  5 09:00:00 UTC 2026", 0),
        ("2026-01-05T10:00:00+01:00", 60),
        ("Monday, January 5, 2026 4:00 AM EST", -300),
        ("Mon,5-Jan-2026 10:00:00 CET", 60),
    ],
)
def test_dates_of_every_form_give_the_moment_and_the_zone(text, zone):
    assert dates.read(text) == dates.Stamp(TEN, zone)


def test_minus_zero_keeps_the_zone_to_itself():
    stamp = dates.read("Mon, 5 Jan 2026 09:00:00 -0000")
    assert stamp.at == TEN
    assert isinstance(stamp.zone_minutes, Unknown)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "99 Foo 0 99:99", "32 Jan 2026 10:00:00 +0000", "1 Jan 0001 00:00 +9999"]
)
def test_what_is_no_date_is_unknown_with_its_reason(text):
    at = dates.read(text).at
    assert isinstance(at, Unknown)
    assert at.why

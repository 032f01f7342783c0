from datetime import UTC, datetime, timedelta

import msgspec

from mailkeep.health.receipts import receipt_checks
from mailkeep.store.coverage import Coverage

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WELL = Coverage(
    promised=3,
    covered=3,
    oldest_at=NOW - timedelta(minutes=4),
    newest_at=NOW,
    listed=20_000,
    healed=12,
    missing=0,
    missing_since=None,
)


def standing(**changes):
    (check,) = receipt_checks("corp", msgspec.structs.replace(WELL, **changes), NOW)
    return check.standing.value, check.says


def test_proved_mailboxes_without_a_gap_are_fine():
    assert standing() == (
        "fine",
        (
            "3 of 3 mailboxes proved up to 2026-03-02 09:26:00 UTC or later: 20000 mails listed, "
            "12 found by that alone, none missing"
        ),
    )


def test_an_open_gap_fails():
    level, says = standing(missing=2, missing_since=NOW - timedelta(hours=1))
    assert level == "fail"
    assert says.endswith("2 without a verdict, the first since 2026-03-02 08:30 UTC")


def test_old_receipts_and_unproved_mailboxes_want_a_look():
    assert standing(oldest_at=NOW - timedelta(minutes=6))[0] == "warn"
    assert standing(covered=2)[0] == "warn"


def test_a_tenant_that_was_read_and_never_proved_wants_a_look():
    assert standing(covered=0, oldest_at=None, newest_at=None) == (
        "warn",
        "3 mailboxes were read, none was held against the provider's list yet",
    )


def test_nothing_is_said_where_nothing_is_promised():
    assert list(receipt_checks("corp", msgspec.structs.replace(WELL, promised=0), NOW)) == []

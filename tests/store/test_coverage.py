from datetime import timedelta

import msgspec
from tests.store.kept import AT, a_batch, a_mail

from mailkeep.store.coverage import CoverageReceipt, Gap

HOUR = timedelta(hours=1)
GAP = Gap(id="r9", folder="INBOX", received_at=AT, since=AT + HOUR, asked_at=AT + HOUR)
FINE = CoverageReceipt(mailbox="ada", since=AT, at=AT + HOUR, listed=7, healed=1)


def test_a_receipt_is_kept_in_place_of_the_former(store):
    assert store.coverage.receipt("corp", "ada") is None
    store.coverage.keep("corp", [FINE])
    with_gap = msgspec.structs.replace(FINE, at=AT + 2 * HOUR, missing=(GAP,))
    store.coverage.keep("corp", [with_gap])
    assert store.coverage.receipt("corp", "ada") == with_gap
    assert store.coverage.mailboxes("corp") == {"ada"}
    store.coverage.forget("corp", ["ada"])
    assert store.coverage.mailboxes("corp") == set()


def test_all_receipts_together_tell_the_least_proven_moment_and_what_is_missing(store):
    store.begin("corp", "ben", since=None, begun_at=AT)
    empty = store.coverage.summary("corp")
    assert (empty.promised, empty.covered, empty.oldest_at, empty.missing) == (1, 0, None, 0)
    ben = CoverageReceipt(mailbox="ben", since=AT, at=AT + 2 * HOUR, listed=3, healed=0, missing=(GAP,))
    store.coverage.keep("corp", [FINE, ben])
    found = store.coverage.summary("corp")
    assert (found.covered, found.oldest_at, found.newest_at) == (2, AT + HOUR, AT + 2 * HOUR)
    assert (found.listed, found.healed) == (10, 1)
    assert (found.missing, found.missing_since) == (1, AT + HOUR)


def test_the_promise_begins_with_the_scan_else_when_the_mailbox_was_read_to_its_end(store):
    assert store.coverage.promised_from("corp", "nobody") is None
    assert store.coverage.promised_from("corp", "ada") is None
    store.keep(a_batch(a_mail(1), more=False), store.shelf("corp"))
    assert store.coverage.promised_from("corp", "ada") == AT
    store.begin("corp", "ben", since=None, begun_at=AT - HOUR)
    assert store.coverage.promised_from("corp", "ben") == AT - HOUR


def test_mail_from_before_what_a_mailbox_is_read_from_is_never_promised(store):
    store.begin("corp", "ben", since=AT + HOUR, begun_at=AT)
    assert store.coverage.promised_from("corp", "ben") == AT + HOUR

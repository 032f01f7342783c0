from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError
from tests.store.kept import ADA, AT, BEN, a_batch, a_mail, a_verdict

from mailkeep.decide.nouns import Label
from mailkeep.store.due import Claim, Owed


def rows(store, table):
    with store.reading() as connection:
        return connection.execute(text(f"SELECT * FROM {table}")).mappings().all()


def test_a_page_is_kept_with_its_verdicts_intents_learning_and_cursor(store, shelf):
    shelf.put_many([(("pair", "x"), b"1")])
    store.keep(a_batch(a_mail(1), a_mail(2, label=Label.CLEAN, acts=())), shelf)
    assert [len(rows(store, name)) for name in ("message", "verdict", "action", "due", "dna")] == [2, 2, 1, 1, 1]
    mark = store.begin("corp", "ada", since=None, begun_at=None)
    assert (mark.cursor, mark.mails, mark.caught_up_at) == ("c1", 2, None)


def test_keeping_a_page_twice_changes_nothing_more(store, shelf):
    for _ in range(2):
        store.keep(a_batch(a_mail(1), cursor=None), shelf)
    assert [len(rows(store, name)) for name in ("message", "verdict", "action", "due")] == [1, 1, 1, 1]
    assert rows(store, "verdict")[0]["looks"] == 2


def test_a_page_that_fails_at_its_very_end_leaves_nothing_behind(store, shelf):
    shelf.put_many([(("pair", "x"), b"1"), (("pair", "y"), object())])
    with pytest.raises(StatementError):
        store.keep(a_batch(a_mail(1)), shelf)
    assert [len(rows(store, name)) for name in ("message", "verdict", "action", "due", "dna")] == [0] * 5
    assert store.begin("corp", "ada", since=None, begun_at=None).cursor is None


def test_the_last_page_marks_the_mailbox_as_read_to_its_end_and_a_later_one_leaves_the_mark(store, shelf):
    store.keep(a_batch(a_mail(1), more=False), shelf)
    store.keep(a_batch(a_mail(2), more=False, cursor="c2", at=AT + timedelta(hours=1)), shelf)
    mark = store.begin("corp", "ada", since=None, begun_at=None)
    assert (mark.cursor, mark.mails, mark.caught_up_at) == ("c2", 2, AT)
    assert store.caught_up("corp") == {"ada"}


def test_what_a_mailbox_was_begun_with_stays(store):
    first = store.begin("corp", "ben", since=AT, begun_at=AT)
    assert store.begin("corp", "ben", since=None, begun_at=None) == first
    assert (first.since, first.begun_at) == (AT, AT)


def test_mails_that_have_a_verdict_are_known_by_their_ref(store, shelf):
    store.keep(a_batch(a_mail(1)), shelf)
    assert store.known("corp", "ada", ["r1", "r2"]) == {"r1"}
    assert store.known("other", "ada", ["r1"]) == set()


def test_mails_of_several_mailboxes_are_kept_with_the_work_that_is_done_by_that(store, shelf):
    told = [Owed(lane="live", job=f"r{n}", tenant="corp", key="ada", refs=(f"r{n}",), at=AT) for n in (1, 2, 3)]
    store.due.publish(told)
    rows_in_hand = store.due.claim(Claim(lane="live", owner="one", at=AT, most=2, lease_s=60, tenant="corp"))
    ada, ben = a_mail(1, acts=()), a_mail(2, mailbox=BEN, acts=())
    store.keep_all([a_batch(ada, cursor=None), a_batch(ben, mailbox=BEN, cursor=None)], shelf, rows_in_hand)
    assert {row["mailbox"] for row in rows(store, "message")} == {"ada", "ben"}
    assert [row["job"] for row in rows(store, "due")] == ["r3"]
    assert store.judged([ada.id, ben.id, "unheard of"]) == {ada.id, ben.id}


def test_work_is_not_struck_off_when_what_came_of_it_cannot_be_kept(store, shelf):
    store.due.publish([Owed(lane="live", job="r1", tenant="corp", key="ada", refs=("r1",), at=AT)])
    in_hand = store.due.claim(Claim(lane="live", owner="one", at=AT, most=2, lease_s=60))
    shelf.put_many([(("pair", "y"), object())])
    with pytest.raises(StatementError):
        store.keep_all([a_batch(a_mail(1, acts=()), cursor=None)], shelf, in_hand)
    assert len(rows(store, "due")) == 1
    assert rows(store, "message") == []


def test_a_second_look_is_owed_once_and_replaces_the_verdict(store, shelf):
    store.keep(a_batch(a_mail(1, acts=(), look_again=True)), shelf)
    store.keep(a_batch(a_mail(1, acts=(), verdict=a_verdict(Label.CLEAN, 0.01)), cursor=None), shelf)
    claim = Claim(lane="look", owner="one", at=AT, most=9, lease_s=60)
    assert [row.key for row in store.due.claim(claim)] == [ADA.id]
    assert store.label_counts("corp") == {"clean": 1}


def test_no_word_of_any_body_is_kept(store, shelf):
    store.keep(a_batch(a_mail(1)), shelf)
    columns = set(rows(store, "message")[0]) | set(rows(store, "verdict")[0])
    assert not columns & {"body", "text", "raw", "html"}

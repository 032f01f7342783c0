"""One mailbox: order, conversations, labels, the log."""

from itertools import pairwise

from tests.simulator.google.desk import Clock, letter

from mailkeep.simulator.google.mailbox import Mailbox


def made():
    heard = []
    clock = Clock()
    box = Mailbox("ada@corp.example", clock, lambda _, event: heard.append(event))
    return box, heard, clock


def put(box, number=1, labels=("INBOX", "UNREAD"), at_ms=None, **how):
    return box.put(letter(number, **how), labels, at_ms or number * 1000, number)


def test_mails_are_given_newest_first_whatever_order_they_came_in():
    box, _, _ = made()
    for number in (3, 1, 2):
        put(box, number)
    assert [mail.seq for mail in box.newest_first()] == [3, 2, 1]
    assert [mail.seq for mail in box.newest_first(below=(3000, 3))] == [2, 1]
    assert [mail.seq for mail in box.newest_first(since_ms=2000)] == [3, 2]


def test_answers_join_the_conversation_of_what_they_answer():
    box, _, _ = made()
    first = put(box, 1)
    answer = put(box, 2, extra="In-Reply-To: <1@quay.example>\r\n")
    third = put(box, 3, extra="References: <unknown@x>\r\n <2@quay.example>\r\n")
    stranger = put(box, 4)
    assert {answer.thread, third.thread} == {first.thread}
    assert stranger.thread != first.thread
    assert box.in_thread(first.thread) == [first, answer, third]


def test_a_message_id_is_found_in_any_spelling_of_its_header():
    box, _, _ = made()
    folded = box.put(b"MESSAGE-ID:\r\n <odd+%1@x>\r\nSubject: a\r\n\r\n", ("INBOX",), 1, 1)
    bare = box.put(b"Message-Id: bare@x\n\nMessage-ID: <in-the-body@x>\n", ("INBOX",), 2, 2)
    assert box.with_message_id("odd+%1@x") == (folded,)
    assert box.with_message_id("bare@x") == (bare,)
    assert box.with_message_id("in-the-body@x") == ()


def test_every_copy_of_a_message_id_is_known_until_it_is_removed():
    box, _, _ = made()
    first, second = put(box, 1), box.put(letter(1), ("SPAM",), 5, 5)
    assert box.with_message_id("1@quay.example") == (first, second)
    box.remove(first)
    box.remove(first)
    assert box.with_message_id("1@quay.example") == (second,)
    box.remove(second)
    assert box.with_message_id("1@quay.example") == ()
    assert list(box.newest_first()) == []


def test_labels_that_change_nothing_leave_no_trace():
    box, heard, _ = made()
    mail = put(box)
    assert not box.relabel(mail, add=("INBOX",), remove=("STARRED",))
    assert len(heard) == 1


def test_trash_and_spam_take_a_mail_out_of_the_inbox_and_of_each_other():
    box, heard, _ = made()
    mail = put(box)
    box.relabel(mail, add=("TRASH",))
    assert mail.labels == {"TRASH", "UNREAD"}
    box.relabel(mail, add=("SPAM",))
    assert mail.labels == {"SPAM", "UNREAD"}
    assert [event.kind for event in heard] == ["messagesAdded", *["labelsAdded", "labelsRemoved"] * 2]


def test_history_ids_grow_with_gaps_beyond_what_a_float_can_hold():
    box, _, _ = made()
    for number in range(1, 50):
        put(box, number)
    ids = [event.id for event in box.events]
    assert ids == sorted(set(ids))
    assert ids[0] > 1 << 53
    assert ids[-1] < 1 << 63
    assert len({later - earlier for earlier, later in pairwise(ids)}) > 5


def test_the_log_is_forgotten_by_age_and_knows_where_it_begins():
    box, _, clock = made()
    start = box.begins
    put(box, 1)
    clock.on(100)
    put(box, 2)
    box.forget(before=clock.now - 50)
    assert start < box.begins < box.history_id
    assert [event.mail for event in box.after(box.begins)] == [mail.id for mail in box.mails.values() if mail.seq == 2]
    box.forget()
    assert box.begins == box.history_id
    assert box.after(0) == []


def test_a_dropped_label_comes_off_every_mail():
    box, _, _ = made()
    label = box.make_label("Projects/2026")
    mail = put(box, labels=("INBOX", label.id))
    assert box.label_named("projects/2026") == label.id
    assert box.label_named("inbox") == "INBOX"
    box.drop_label(label.id)
    assert mail.labels == {"INBOX"}
    assert not box.knows(label.id)
    assert box.label_named("Projects/2026") == ""

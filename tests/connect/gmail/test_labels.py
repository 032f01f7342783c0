"""Labels become folders and flags, and come back exactly."""

from hypothesis import given
from hypothesis import strategies as st

from mailkeep.connect.gmail.labels import (
    FIXED,
    LABEL,
    PLACES,
    QUARANTINE,
    SUSPICIOUS,
    flagged,
    marks_of,
    quarantined,
    restored,
    state_of,
    trashed,
)
from mailkeep.connect.port import FLAG_KEYWORD, QUARANTINE_FOLDER, State

NAMES = st.one_of(
    st.sampled_from(["Projects", "seen", "flagged", "Sent", "INBOX", "All Mail", "trash", "$IMPORTANT", "label:x", ""]),
    st.text(min_size=1, max_size=12),
)
SYSTEM = ["UNREAD", "STARRED", "IMPORTANT", "CHAT", "CATEGORY_SOCIAL", "YELLOW_STAR", SUSPICIOUS, *PLACES]
MARKS = st.frozensets(st.one_of(st.sampled_from(SYSTEM), NAMES.filter(bool).map(lambda name: LABEL + name)))


@given(MARKS)
def test_any_labels_become_a_state_and_the_same_labels_again(marks):
    assert marks_of(state_of(marks)) == marks - FIXED


@given(MARKS, st.lists(st.sampled_from([quarantined, trashed, flagged]), max_size=4))
def test_any_acts_are_undone_to_exactly_the_labels_before(marks, acts):
    before, now = state_of(marks), marks
    for act in acts:
        now = act(now)
    assert restored(now, before) == marks
    assert state_of(restored(now, before)) == before


@given(MARKS)
def test_an_act_done_twice_changes_nothing_more(marks):
    for act in (quarantined, trashed, flagged):
        assert act(act(marks)) == act(marks)
        assert act(marks) & FIXED == marks & FIXED


@given(MARKS)
def test_a_quarantined_mail_lies_in_quarantine_and_a_deleted_one_in_the_trash(marks):
    assert state_of(quarantined(marks)).folder == QUARANTINE_FOLDER
    assert state_of(trashed(marks)).folder == "Trash"
    assert state_of(flagged(marks)).folder == state_of(marks).folder


def test_the_inbox_is_the_inbox_and_read_is_seen():
    assert state_of(frozenset({"INBOX", "UNREAD"})) == State(folder="INBOX")
    assert state_of(frozenset({"INBOX"})) == State(folder="INBOX", flags=frozenset({"seen"}))


def test_a_mail_to_oneself_lies_in_the_inbox():
    assert state_of(frozenset({"INBOX", "SENT"})).folder == "INBOX"


def test_an_archived_mail_lies_under_the_first_of_its_labels_or_in_all_mail():
    assert state_of(frozenset({"label:Work", "label:Ada"})) == State(
        folder="Ada", flags=frozenset({"seen", "label:Work"})
    )
    assert state_of(frozenset({"UNREAD"})).folder == "All Mail"


def test_a_users_label_named_like_a_place_is_no_place():
    assert state_of(frozenset({"label:Sent", "UNREAD"})) == State(folder="All Mail", flags=frozenset({"label:Sent"}))


def test_a_flag_is_a_star_and_our_own_label():
    state = state_of(flagged(frozenset({"INBOX", "UNREAD"})))
    assert state.flags == {"flagged", FLAG_KEYWORD}


def test_a_quarantined_mail_shows_up_in_no_list():
    marks = frozenset({"INBOX", "UNREAD", "IMPORTANT", "STARRED", "CATEGORY_UPDATES", "label:Work", "SPAM", "TRASH"})
    assert quarantined(marks) == {QUARANTINE, "UNREAD"}


def test_a_flag_without_a_word_in_gmail_is_left_out():
    assert marks_of(State(folder="INBOX", flags=frozenset({"seen", "answered", "passed"}))) == {"INBOX"}


def test_what_is_being_written_is_a_draft():
    draft = state_of(frozenset({"DRAFT"}))
    assert draft == State(folder="Drafts", flags=frozenset({"seen", "draft"}))
    assert marks_of(draft) == frozenset()

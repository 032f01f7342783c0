"""Graph's JSON in our nouns and back."""

from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkeep.connect.graph.wire import (
    CATEGORY,
    Head,
    basic_mail,
    changes_for,
    flagged,
    head_of,
    mailbox_of,
    message_path,
    mime_of,
    query,
    spelled,
)
from mailkeep.connect.port import FLAG_KEYWORD, Unreachable

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
heads = st.builds(
    Head,
    id=st.just("m"),
    folder=st.just("f"),
    received_at=st.just(NOON),
    seen=st.booleans(),
    flag=st.sampled_from(["notFlagged", "flagged", "complete"]),
    categories=st.lists(
        st.sampled_from([CATEGORY, "seen", "Red", "flagged", "$x", "category:Red", "ü, 1"]), unique=True
    ).map(tuple),
)


def patched(head, changes):
    """The head after a PATCH."""
    return Head(
        id=head.id,
        folder=head.folder,
        received_at=head.received_at,
        seen=changes.get("isRead", head.seen),
        flag=changes.get("flag", {"flagStatus": head.flag})["flagStatus"],
        categories=tuple(changes.get("categories", head.categories)),
    )


@given(heads, heads)
def test_any_marks_can_be_brought_back_exactly(before, now):
    after = patched(now, changes_for(now, before.flags))
    assert after.flags == before.flags
    assert set(after.categories) == set(before.categories)
    assert changes_for(after, before.flags) == {}


@given(heads)
def test_a_flag_and_its_undo_leave_the_marks_as_they_were_in_their_order(head):
    marked = patched(head, changes_for(head, flagged(head)))
    assert FLAG_KEYWORD in marked.flags
    assert marked.flag == ("complete" if head.flag == "complete" else "flagged")
    back = patched(marked, changes_for(marked, head.flags))
    assert back == head or CATEGORY in head.categories


def test_a_draft_is_told_and_cannot_be_made_one():
    head = head_of({"id": "m", "parentFolderId": "f", "receivedDateTime": "2026-03-02T12:00:00Z", "isDraft": True})
    assert head.flags == {"draft"}
    assert changes_for(head, frozenset()) == {}


def test_flags_that_graph_cannot_hold_are_no_reason_to_ask_it():
    head = Head(id="m", folder="f", received_at=NOON, seen=True)
    assert changes_for(head, frozenset({"seen", "answered", "passed", "draft", "$Label1"})) == {}


@pytest.mark.parametrize(
    "row", [{}, {"id": "m"}, {"id": "m", "parentFolderId": "f", "receivedDateTime": "soon"}, {"id": "m", "parentFolderId": "f", "receivedDateTime": "2026-03-02T12:00:00Z", "flag": "x"}]
)  # fmt: skip
def test_a_row_that_is_no_message_is_said_in_a_sentence(row):
    with pytest.raises(Unreachable, match="asked for"):
        head_of(row)


def test_a_mailbox_is_known_by_all_its_names():
    row = {"id": "U1", "mail": "Ada@Corp.example", "userPrincipalName": "al@corp.onmicrosoft.com",
           "proxyAddresses": ["SMTP:ada@corp.example", "smtp:Countess@corp.example", "x500:/o=corp"]}  # fmt: skip
    mailbox, names = mailbox_of(row)
    assert (mailbox.id, mailbox.address) == ("U1", "ada@corp.example")
    assert names == {"u1", "ada@corp.example", "countess@corp.example", "al@corp.onmicrosoft.com"}


@pytest.mark.parametrize(
    "row", [{"id": "U1"}, {"id": "U1", "mail": None}, {"id": "U1", "mail": "g@x.example", "userType": "Guest"}]
)
def test_users_without_a_mailbox_and_guests_have_none(row):
    assert mailbox_of(row) is None


def test_paths_hold_any_id():
    assert message_path("u 1", "../a/b?c#d=") == "/users/u%201/messages/..%2Fa%2Fb%3Fc%23d%3D"
    assert (
        query({"$filter": "internetMessageId eq '<a+b&c@d>'"})
        == "?$filter=internetMessageId%20eq%20%27%3Ca%2Bb%26c%40d%3E%27"
    )


def test_moments_are_told_in_utc_and_rounded_down():
    at = datetime(2026, 3, 2, 13, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert spelled(at) == "2026-03-02T12:00:00Z"


@given(st.binary())
def test_a_mail_in_a_batch_is_what_it_was(raw):
    import base64

    assert mime_of(base64.b64encode(raw)) == raw
    assert mime_of(b"From: a@b\r\n\r\n" + raw) == b"From: a@b\r\n\r\n" + raw


def test_a_mail_of_metadata_has_its_headers():
    person = {"emailAddress": {"name": "Ada, Countess\r\nBcc: x@y", "address": "ada@corp.example"}}
    row = {"subject": "Grüße\r\nX-Evil: 1 " + "long " * 40, "from": person, "toRecipients": [person, {"emailAddress": {}}], "internetMessageId": "<1@x>",
           "sentDateTime": "2026-03-02T12:00:00Z", "replyTo": None}  # fmt: skip
    mail = message_from_bytes(basic_mail(row), policy=policy.default)
    assert mail["Subject"].startswith("Grüße X-Evil: 1 long")
    assert mail["From"].addresses[0].addr_spec == "ada@corp.example"
    assert len(mail["To"].addresses) == 1
    assert (mail["Message-ID"], mail["X-Evil"], mail["Bcc"], mail["Reply-To"]) == ("<1@x>", None, None, None)
    assert mail["Date"].datetime == NOON


def test_headers_that_are_told_are_taken_as_they_are():
    row = {"internetMessageHeaders": [{"name": "Received", "value": "from a"}, {"name": "Subject", "value": "Hi"}]}
    assert basic_mail(row) == b"Received: from a\r\nSubject: Hi\r\n\r\n"

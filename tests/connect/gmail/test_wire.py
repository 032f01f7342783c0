"""Google's JSON becomes nouns."""

import base64
from datetime import UTC, datetime

import msgspec

from mailkeep.connect.gmail.wire import (
    Header,
    HistoryList,
    Label,
    Message,
    Payload,
    Pulled,
    PulledMessage,
    User,
    bytes_of,
    is_system,
    rfc822_query,
    since_query,
)

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


def test_a_history_id_beyond_every_number_type_stays_as_it_is():
    read = msgspec.json.decode(b'{"historyId":"179538450973204249552"}', type=HistoryList)
    assert read.history_id == "179538450973204249552"


def test_raw_bytes_come_through_with_and_without_padding():
    raw = b"Subject: \xff\r\n\r\n\x00body?>"
    for text in (base64.urlsafe_b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode().rstrip("=")):
        assert bytes_of(Message(id="1", raw=text)) == raw


def test_headers_alone_become_a_mail_without_a_body_and_no_header_forges_another():
    payload = Payload(headers=(Header("Subject", "Grüße"), Header("X-Odd", "one\r\nReply-To: thief@evil.example")))
    raw = bytes_of(Message(id="1", payload=payload))
    assert raw == "Subject: Grüße\r\nX-Odd: one Reply-To: thief@evil.example\r\n\r\n".encode()


def test_the_moment_is_googles_to_the_millisecond_and_nonsense_is_the_beginning():
    assert Message(id="1", internal_date="1772452800123").received_at == NOON.replace(microsecond=123_000)
    assert Message(id="1", internal_date="soon").received_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert Message(id="1", internal_date="9" * 30).received_at.year == 9999


def test_system_labels_are_known_by_their_id_and_others_by_their_name():
    assert is_system("INBOX")
    assert is_system("CATEGORY_SOCIAL")
    assert not is_system("Label_12")
    assert Label(id="Label_12", name="Work").mark == "label:Work"
    assert Label(id="YELLOW_STAR", name="YELLOW_STAR", type="system").mark == "YELLOW_STAR"


def test_a_user_who_is_suspended_or_has_no_mailbox_is_not_read():
    ada = User(id="1", primary_email="Ada@corp.example", aliases=("A.Lovelace@corp.example",))
    assert ada.reads_mail
    assert ada.addresses == ("ada@corp.example", "a.lovelace@corp.example")
    for change in ({"suspended": True}, {"archived": True}, {"is_mailbox_setup": False}):
        assert not msgspec.structs.replace(ada, **change).reads_mail


def test_a_pulled_notice_names_a_mailbox_and_garbage_names_none():
    data = base64.b64encode(b'{"emailAddress":"Ada@corp.example","historyId":12}').decode()
    assert Pulled(ack_id="1", message=PulledMessage(data=data)).address == "ada@corp.example"
    for garbage in ("", "?", "e30=", "bm90IGpzb24="):
        assert Pulled(ack_id="1", message=PulledMessage(data=garbage)).address == ""


def test_searches_are_written_as_gmail_reads_them():
    assert since_query(NOON) == f"after:{int(NOON.timestamp()) - 1}"
    assert rfc822_query("7@corp.example") == "rfc822msgid:7@corp.example"

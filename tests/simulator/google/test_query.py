"""Search words."""

import pytest
from tests.simulator.google.desk import Clock, letter

from mailkeep.simulator.google.mailbox import Mailbox
from mailkeep.simulator.google.query import read_query

NOW = 1_772_452_800.0
DAY = 86_400


def made():
    box = Mailbox("ada@corp.example", Clock(), lambda *_: None)
    projects = box.make_label("Projects")
    rows = [
        (1, ("INBOX", "UNREAD"), 0, {}),
        (2, ("INBOX", "STARRED"), 10, {"subject": "Invoice 77"}),
        (3, ("TRASH",), 20, {}),
        (4, (projects.id,), 30, {"extra": "Cc: Ben <ben@corp.example>\r\n"}),
        (5, ("SENT",), 40, {"body": "The crane is late."}),
    ]
    for number, labels, days, how in rows:
        box.put(letter(number, **how), labels, round((NOW - days * DAY) * 1000), number)
    return box


def found(text):
    box = made()
    query = read_query(text, box, NOW)
    return sorted(mail.seq for mail in box.newest_first() if query.fits(mail))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("rfc822msgid:2@quay.example", [2]),
        ("rfc822msgid:<2@quay.example>", [2]),
        ('rfc822msgid:"2@quay.example"', [2]),
        ("rfc822msgid:none@x", []),
        ("newer_than:15d", [1, 2]),
        ("older_than:15d", [3, 4, 5]),
        ("newer_than:1m", [1, 2, 3, 4]),
        (f"after:{round(NOW - 10 * DAY)}", [1, 2]),
        (f"after:{round(NOW - 30 * DAY)} before:{round(NOW - 10 * DAY)}", [3, 4]),
        ("after:2026/02/19", [1, 2]),
        ("after:2026/13/41", [1, 2, 3, 4, 5]),
        ("in:inbox", [1, 2]),
        ("in:trash", [3]),
        ("in:anywhere", [1, 2, 3, 4, 5]),
        ("label:projects", [4]),
        ("label:nothing", []),
        ("-in:inbox", [3, 4, 5]),
        ("is:unread", [1]),
        ("is:read is:starred", [2]),
        ("subject:invoice", [2]),
        ("from:kim cc:ben", [4]),
        ("crane", [5]),
        ('"crane is late"', [5]),
        ("-crane in:sent", []),
        ("has:attachment", []),
        ("nobody:knows", []),
    ],
)
def test_words_choose_mails(text, numbers):
    assert found(text) == numbers


def test_trash_and_spam_are_searched_only_when_named():
    box = made()
    assert read_query("in:trash", box, NOW).hidden
    assert read_query("in:anywhere", box, NOW).hidden
    assert not read_query("in:inbox crane", box, NOW).hidden


def test_a_bound_in_time_and_a_message_id_are_known_to_the_caller():
    box = made()
    assert read_query("after:1000 after:2000", box, NOW).since_ms == 2_000_000
    assert read_query("rfc822msgid:<a@b>", box, NOW).message_id == "a@b"
    assert read_query("-rfc822msgid:<a@b>", box, NOW).message_id == ""

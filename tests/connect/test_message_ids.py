import pytest

from mailkeep.connect.message_ids import carries, longest_plain, message_id_in

MAILS = [
    (b"Message-ID: <a@b>", "a@b"),
    (b"Subject: x\r\nMESSAGE-id:\r\n <a@b>", "a@b"),
    (b"Message-ID : <a@b> <c@d>", "a@b"),
    (b"Message-ID: no brackets@b ", "no brackets@b"),
    (b'Message-ID: <"x y"%*(z)@b>', '"x y"%*(z)@b'),
    ("Message-ID: <\u00fc\u4e16@b>".encode(), "\u00fc\u4e16@b"),
    (b"Message-ID: <\xfc@b>", "\u00fc@b"),
    (b"Message-ID: =?utf-8?q?=3Ca=40b=3E?=", "a@b"),
    (b"Message-ID: <first@b>\r\nMessage-ID: <second@b>", "first@b"),
    (b"X-Message-ID: <a@b>\r\nSubject: Message-ID: <a@b>", ""),
    (b"Message-ID: =?no-such-charset?q?a?=", "=?no-such-charset?q?a?="),
]


@pytest.mark.parametrize(("head", "expected"), MAILS)
def test_it_is_read_as_it_was_meant_however_it_is_written(head, expected):
    raw = head + b"\r\n\r\nMessage-ID: <body@b>\r\n"
    assert message_id_in(raw) == expected
    assert carries(raw, expected) is bool(expected)
    assert not carries(raw, "body@b")


def test_blanks_and_control_characters_hide_no_copy():
    assert carries(b"Message-ID: <a\r\n b\x01@c>\r\n\r\n", "a b@c")
    assert carries(b"Message-ID: <ab@c>\n\n", "a b@c")
    assert not carries(b"Message-ID: <ab@c>\n\n", "AB@c")
    assert not carries(b"\n\n", "")


def test_what_is_searched_for_is_plain():
    assert longest_plain('"odd \u00fc"abc-1@host.example') == "abc-1@host.example"
    assert longest_plain("\u4e16\u754c") == ""

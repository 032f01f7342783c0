"""What tells where a labelled mail was collected is taken away; what its sender wrote stays."""

from mailkeep.lab.neutral import BOUNDARY, RECIPIENT, neutral
from mailkeep.mail import parse

HONEYPOT = (
    b"Received: from x by y; Mon, 5 Jan 2026 10:00:00 +0000\r\n"
    b"X-MS-Exchange-Organization-SCL: 5\r\n"
    b"Authentication-Results: spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=evil.test; dkim=none; dmarc=fail "
    b"header.from=bank.example\r\n"
    b"From: Bank <info@bank.example>\r\nTo: phishing@pot\r\nSubject: [users] Hello phishing@pot\r\n"
    b"Date: Tue, 3 Sep 2002 14:30:00 +0200\r\nMessage-ID: <abc@evil.test>\r\n\r\nDear phishing@pot, sign in.\r\n"
)


def test_the_collectors_traces_are_gone_and_the_senders_words_stay():
    kept = neutral(HONEYPOT)
    message = parse(kept)
    assert b"X-MS-Exchange" not in kept
    assert b"phishing@pot" not in kept
    assert b"[users]" not in kept
    assert message.author.address == "info@bank.example"
    assert message.to[0].address == RECIPIENT.decode()
    assert "sign in" in message.text
    assert message.message_id.endswith("@evil.test")


def test_the_recorded_verdict_becomes_one_line_of_our_boundary():
    message = parse(neutral(HONEYPOT))
    assert [found.authserv for found in message.auth_headers] == [BOUNDARY]
    assert {method: result for method, result, _ in message.auth_headers[0].results} == {
        "spf": "fail",
        "dkim": "none",
        "dmarc": "fail",
    }


def test_the_recorded_verdict_can_be_dropped():
    assert parse(neutral(HONEYPOT, keep_authentication=False)).auth_headers == ()


def test_the_era_is_hidden_and_the_time_of_day_stays():
    message = parse(neutral(HONEYPOT))
    assert message.date.year == 2026
    assert (message.date.hour, message.date.minute) == (12, 30)


def test_a_lists_footer_is_cut():
    footer = b"_______________________________________________\nusers mailing list\nusers@lists.example\nhttps://lists.example/\n"
    kept = neutral(b"From: a@b.example\nSubject: x\n\nText stays.\n" + footer)
    assert b"Text stays." in kept
    assert b"mailing list" not in kept


def test_any_bytes_go_through():
    for raw in (b"", b"\n", b"\x00\xff", b"no header", b"A: b", b"\n\n\n" * 1000):
        assert isinstance(neutral(raw), bytes)

from email import message_from_bytes
from email.header import decode_header, make_header

from mailkeep.simulator.graph.mime import edited, rebuilt

PARTS = (
    b'From: a@x\nSubject: s\nContent-Type: multipart/alternative;\n boundary="==boundary=="\n\n--==boundary==\n'
    b"Content-Type: text/plain\n\nplain\n--==boundary==\nContent-Type: text/html\n\n<p>rich</p>\n--==boundary==--\n"
)


def test_a_mail_is_rebuilt_the_same_each_time_with_its_content_and_headers_in_order():
    again = rebuilt(PARTS)
    assert again == rebuilt(PARTS)
    assert again.count(b"\n") == again.count(b"\r\n")
    assert b"==boundary==" not in again
    mail = message_from_bytes(again)
    assert mail.keys() == ["From", "Subject", "Content-Type", "X-MS-Exchange-Organization-Network-Message-Id"]
    assert [part.get_payload().strip() for part in mail.get_payload()] == ["plain", "<p>rich</p>"]


def test_a_short_boundary_is_left_alone_lest_text_be_changed():
    raw = b'Content-Type: multipart/mixed; boundary="a"\r\n\r\n--a\r\n\r\nbanana\r\n--a--\r\n'
    assert b"banana" in rebuilt(raw)


def test_a_mail_without_a_body_or_headers_is_rebuilt_too():
    for raw in (b"", b"no header at all", b"Subject: only\r\n", b"\r\n\r\nbody"):
        assert b"X-MS-Exchange-Organization-Network-Message-Id" in rebuilt(raw)


def test_the_text_that_people_see_is_replaced():
    mail = message_from_bytes(edited(PARTS, "Beware", ("html", "<b>stop</b>")))
    plain, rich = mail.get_payload()
    assert mail["Subject"] == "Beware"
    assert plain.get_payload().strip() == "plain"
    assert rich.get_payload(decode=True) == b"<b>stop</b>"


def test_a_text_made_rich_says_so():
    mail = message_from_bytes(edited(b"Subject: s\r\n\r\nplain", None, ("html", "<b>stop</b>")))
    assert (mail["Subject"], mail.get_content_type()) == ("s", "text/html")


def test_a_subject_in_any_script_takes_the_place_of_the_old_one():
    mail = message_from_bytes(edited(b"From: a@x\r\nSubject: s\r\nTo: b@x\r\n\r\nplain", "Vorsicht: Fälschung", None))
    assert mail.keys()[:3] == ["From", "Subject", "To"]
    assert str(make_header(decode_header(mail["Subject"]))) == "Vorsicht: Fälschung"
    assert message_from_bytes(edited(b"To: b@x\r\n\r\n", "new", None))["Subject"] == "new"

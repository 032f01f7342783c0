from tests.simulator.graph.desk import mail

from mailkeep.simulator.graph.letter import Letter, head_length, letter_of

PARTS = (
    b'From: =?utf-8?q?J=C3=BCrgen?= <j@x.example>\r\nTo: a@y.example, "B, C" <b@y.example>\r\nSubject: =?utf-8?b?SGk=?=\r\n there\r\n'
    b'Message-ID:\r\n <folded@x.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="====b"\r\n\r\n'
    b'--====b\r\nContent-Type: multipart/alternative; boundary="====c"\r\n\r\n'
    b"--====c\r\nContent-Type: text/plain; charset=latin-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n"
    b"--====c\r\nContent-Type: text/html\r\n\r\n<p>Hallo</p>\r\n--====c--\r\n"
    b"--====b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\naGk=\r\n--====b--\r\n"
)


def test_headers_are_decoded_and_unfolded():
    letter = Letter(PARTS)
    assert letter.subject == "Hi there"
    assert letter.people("From") == [("Jürgen", "j@x.example")]
    assert letter.people("To") == [("", "a@y.example"), ("B, C", "b@y.example")]
    assert letter.message_id == "<folded@x.example>"
    assert dict(letter.headers)["Message-ID"].strip() == "<folded@x.example>"


def test_people_see_the_html_and_a_preview_of_the_text():
    letter = Letter(PARTS)
    assert letter.body == ("html", "<p>Hallo</p>")
    assert letter.preview == "Grüße"
    assert [(each.name, each.content_type, each.content) for each in letter.enclosures] == [
        ("a.pdf", "application/pdf", b"hi")
    ]


def test_hostile_bytes_give_empty_values():
    for raw in (
        b"",
        b"\x00\xff\xfe",
        b"Subject: =?utf-8?b?!!!!?=\r\n\r\n",
        b"Date: never\r\nContent-Type: text/plain; charset=nope\r\n\r\n\xff",
    ):
        letter = Letter(raw)
        assert isinstance(letter.subject, str)
        assert letter.date is None
        assert letter.message_id == ""
        assert letter.body[0] in {"text", "html"}
        assert letter.people("From") == []


def test_the_message_id_of_an_enclosed_mail_is_not_its_own():
    assert Letter(b"Subject: x\r\n\r\nMessage-ID: <inner@x>\r\n").message_id == ""


def test_the_head_ends_before_the_empty_line():
    assert head_length(b"A: 1\r\n\r\nB") == 6
    assert head_length(b"A: 1\n\nB") == 5
    assert head_length(b"A: 1") == 4


def test_copies_delivered_near_in_time_share_one_letter():
    assert letter_of(mail(1)) is letter_of(mail(1))


def test_a_conversation_is_named_by_its_first_mail():
    assert Letter(b"References: <a@x>\r\n <b@x>\r\nIn-Reply-To: <b@x>\r\n\r\n").conversation == "<a@x>"
    assert Letter(b"In-Reply-To: <b@x>\r\n\r\n").conversation == "<b@x>"
    assert Letter(b"Message-ID: <c@x>\r\n\r\n").conversation == "<c@x>"

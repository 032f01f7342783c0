from mailkeep.mail import parse


def test_the_html_is_what_a_reader_sees_and_the_plain_alternative_adds_its_own_links():
    raw = (
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee http://only.plain.example/\n"
        b"--b\nContent-Type: text/html\n\n<p>shown <a href='http://h.example'>here</a></p>\n--b--\n"
    )
    mail = parse(raw)
    assert (mail.text, mail.text_part, mail.has_html) == ("shown here", "2", True)
    assert [(one.kind, one.target, one.place.part) for one in mail.anchors] == [
        ("anchor", "http://h.example", "2"),
        ("text", "http://only.plain.example/", "1"),
    ]


def test_an_attached_text_is_not_the_shown_text():
    raw = b"Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nhidden"
    assert parse(raw).text == ""


def test_an_unknown_charset_is_a_defect_and_the_text_is_read_all_the_same():
    mail = parse(b"Content-Type: text/plain; charset=x-made-up\n\ngr\xc3\xbc\xc3\x9fe")
    assert mail.text == "grüße"
    assert [one.kind for one in mail.defects] == ["charset-unknown"]


def test_a_url_inside_a_link_is_not_told_twice():
    mail = parse(
        b"Content-Type: text/html\n\n<a href='http://evil.example'>http://bank.example</a> http://other.example"
    )
    assert [(one.kind, one.target, one.shown) for one in mail.anchors] == [
        ("anchor", "http://evil.example", "http://bank.example"),
        ("text", "http://other.example", ""),
    ]

from mailkeep.mail import Message, Part, parse


def test_an_offset_in_the_new_words_is_found_again_in_the_text():
    raw = b"\nfirst words\n\n> old one\n> old two\n\nsecond words\n"
    mail = parse(raw)
    assert mail.new_text == "first words\nsecond words"
    at = mail.offset_in_text(mail.new_text.index("second"))
    assert mail.text[at : at + 6] == "second"


def test_every_part_holds_those_of_attached_mails():
    inner = Message(digest="", size=0, parts=(Part(path="1.1", content_type="text/plain"),))
    outer = Message(digest="", size=0, parts=(Part(path="1", content_type="message/rfc822"),), attached=(inner,))
    assert [part.path for part in outer.every_part] == ["1", "1.1"]


def test_headers_are_found_by_any_case():
    mail = parse(b"X-One: 1\nx-one: 2\n\n")
    assert mail.header("X-ONE") == "1"
    assert [one.value for one in mail.headers_named("x-One")] == ["1", "2"]


def test_a_mail_without_a_sender_has_an_empty_author():
    assert parse(b"").author.address == ""

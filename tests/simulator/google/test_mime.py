"""Bytes as the API shows them."""

import base64
from email.message import EmailMessage

import pytest

from mailkeep.simulator.google import mime


def with_file():
    mail = EmailMessage()
    mail["Subject"] = "Größe"
    mail["From"] = "a@b.example"
    mail.set_content("Hello <you> & all\n")
    mail.add_alternative("<p>Hello <b>you</b></p>", subtype="html")
    mail.add_attachment(b"\x00\x01\xff", maintype="application", subtype="octet-stream", filename="bits.bin")
    return mail.as_bytes()


def test_headers_are_unfolded_and_decoded():
    raw = b"Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\r\n of it\r\nX: 1\r\n\r\nSubject: no\r\n"
    assert mime.header(raw, "subject") == "Größe of it"
    assert mime.header(raw, "missing") == ""


@pytest.mark.parametrize("value", ["=?no-such-charset?q?x?=", "=?utf-8?b?!!!?=", "=?utf-8?q?=ff?="])
def test_broken_encoded_words_do_no_harm(value):
    assert isinstance(mime.readable(value), str)


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\xff\xfe\xfd", bytes(range(256))])
def test_bytes_survive_the_alphabet(raw):
    text = mime.base64url(raw)
    assert mime.from_base64url(text) == raw
    assert mime.from_base64url(base64.b64encode(raw).decode()) == raw
    assert mime.from_base64url(text.rstrip("=")) == raw


def test_what_is_no_base64_is_an_error():
    with pytest.raises(ValueError, match=r"."):
        mime.from_base64url("a!b")


def test_the_payload_is_the_tree_of_parts():
    tree = mime.payload(with_file())
    assert tree["mimeType"] == "multipart/mixed"
    alternative, attached = tree["parts"]
    assert [part["partId"] for part in alternative["parts"]] == ["0.0", "0.1"]
    assert mime.from_base64url(alternative["parts"][0]["body"]["data"]) == b"Hello <you> & all\n"
    assert attached["filename"] == "bits.bin"
    assert attached["body"]["size"] == 3
    assert "data" not in attached["body"]
    assert mime.attachment(with_file(), attached["body"]["attachmentId"]) == b"\x00\x01\xff"
    assert mime.attachment(with_file(), "other") is None


def test_metadata_gives_the_wished_headers_or_all_in_their_order():
    raw = b"Received: one\r\nReceived: two\r\nDKIM-Signature: v=1\r\nX-A: b\r\n\r\nbody"
    names = [each["name"] for each in mime.heading(raw, [])["headers"]]
    assert names == ["Received", "Received", "DKIM-Signature", "X-A"]
    assert [each["value"] for each in mime.heading(raw, ["received"])["headers"]] == ["one", "two"]


def test_snippets_are_the_first_words_escaped():
    assert mime.snippet(with_file()) == "Hello &lt;you&gt; &amp; all"
    assert mime.snippet(b"Subject: a\n\n one\n  two " + b"x" * 900).startswith("one two xxx")
    assert mime.snippet(b"no headers at all") == ""


def test_attachments_are_noticed():
    assert mime.has_attachment(with_file())
    assert not mime.has_attachment(b"Subject: a\n\nb")


def test_a_charset_nobody_knows_is_read_as_utf_8():
    assert mime.text(b"Content-Type: text/plain; charset=klingon\n\nqapla") == "qapla"

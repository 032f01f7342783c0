import base64
import hashlib

import pytest
from tests.corpus import archive

from mailkeep.mail import parse

ZIP = b"PK\x03\x04" + bytes(range(40)) + b"PK\x05\x06"
B64 = base64.encodebytes(ZIP)


def mail(content_type, *parts, boundary=b"b", end=b"--b--\n"):
    inner = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
    return b"Content-Type: " + content_type + b"\n\n" + inner + end


TEXT = b"Content-Type: text/plain\n\nhello"
FILE = b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n" + B64


def paths(raw):
    return [(part.path, part.content_type) for part in parse(raw).parts]


def kinds(raw):
    return [one.kind for one in parse(raw).defects]


def test_the_tree_has_imap_section_numbers():
    inner = mail(b"multipart/alternative; boundary=i", TEXT, TEXT, boundary=b"i", end=b"--i--\n")
    assert paths(mail(b"multipart/mixed; boundary=b", inner, FILE)) == [
        ("", "multipart/mixed"), ("1", "multipart/alternative"), ("1.1", "text/plain"), ("1.2", "text/plain"), ("2", "application/zip"),
    ]  # fmt: skip
    assert paths(b"Subject: x\n\nhello") == [("1", "text/plain")]


def test_an_attachment_has_its_true_size_and_digest():
    part = parse(mail(b"multipart/mixed; boundary=b", TEXT, FILE)).attachments[0]
    assert (part.filename, part.size, part.sha256) == ("a.zip", len(ZIP), hashlib.sha256(ZIP).hexdigest())


def test_an_attached_mail_is_parsed_and_its_paths_go_on():
    inner = b"From: a@b.example\nSubject: in\n" + mail(
        b"multipart/mixed; boundary=i", TEXT, FILE, boundary=b"i", end=b"--i--\n"
    )
    found = parse(mail(b"multipart/mixed; boundary=b", TEXT, b"Content-Type: message/rfc822\n\n" + inner))
    assert found.attached[0].subject == "in"
    assert [part.path for part in found.attached[0].parts] == ["2", "2.1", "2.2"]
    assert found.attached[0].attachments[0].body == ZIP


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (mail(b"multipart/mixed; boundary=bad; boundary=b", TEXT, FILE), "ambiguous-boundary"),
        (mail(b"multipart/mixed", TEXT, FILE), "wrong-boundary"),
        (mail(b"multipart/mixed; boundary=other", TEXT, FILE), "wrong-boundary"),
        (mail(b"text/plain\nContent-Type: multipart/mixed; boundary=b", TEXT, FILE), "wrong-boundary"),
        (mail(b"multipart/mixed; boundary=bx", TEXT, FILE), "wrong-boundary"),
        (mail(b"multipart/mixed; boundary=b", TEXT, FILE, end=b""), "missing-end"),
        (mail(b"multipart/mixed; boundary=b", TEXT, end=b"--b--\n--b\n" + FILE), "parts-after-end"),
        (mail(b"multipart/mixed; boundary=b", TEXT, b"junk\n" + FILE), "junk-header-line"),
        (mail(b"multipart/mixed; boundary=b", TEXT, FILE.replace(b"base64\n", b"base\\64\n")), "odd-encoding"),
    ],
)  # fmt: skip
def test_no_trick_with_the_form_hides_an_attachment(raw, defect):
    assert any(part.body == ZIP for part in parse(raw).every_part)
    assert defect in kinds(raw)


def test_a_honest_mail_has_no_defects():
    assert kinds(b"From: a@b.example\n" + mail(b"multipart/mixed; boundary=b", TEXT, FILE)) == []


def test_file_names_lose_their_folders_and_keep_every_reading():
    part = parse(
        b'Content-Type: image/png; name="x.exe"\nContent-Disposition: attachment; filename="..\\\\..\\\\c:/a/b.png"\n\nx'
    ).parts[0]
    assert (part.filename, "x.exe" in part.other_names) == ("b.png", True)


def test_nesting_deeper_than_the_bound_is_a_defect():
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(40))
    assert "too-deep" in kinds(raw)


def test_more_parts_than_the_bound_are_cut():
    found = parse(mail(b"multipart/mixed; boundary=b", *[b"\nx"] * 1200))
    assert len(found.parts) <= 1001
    assert "parts-cut" in [one.kind for one in found.defects]


def test_uuencoded_files_in_text_are_attachments():
    found = parse(b"\nsee\nbegin 644 dir/a.txt\n#0V%T\n`\nend\n")
    assert [(part.path, part.filename, part.body) for part in found.attachments] == [("1.1", "a.txt", b"Cat")]


def test_winmail_is_an_attachment_like_any_other():
    found = parse(b"Content-Type: application/ms-tnef; name=winmail.dat\n\nx")
    assert [part.filename for part in found.attachments] == ["winmail.dat"]


PAYLOAD = base64.b64decode(
    "UEsDBBQAAgAIABFKjkk8z1FoRgAAAEQAAAAJAAAAZWljYXIuY29tizD1VwxQdXAMiDaJCYiKMDXRCIjTNHd21jSvVXH1dHYM0g0OcfRzcQxy0XX0C/EM8wwK"
    "DdYNcQ0O0XXz9HFVVPHQ9tACAFBLAQIUAxQAAgAIABFKjkk8z1FoRgAAAEQAAAAJAAAAAAAAAAAAAAC2gQAAAABlaWNhci5jb21QSwUGAAAAAAEAAQA3AAAA"
    "bQAAAAAA"
)


@pytest.mark.corpus
def test_the_hidden_file_of_mime_is_broken_is_found_in_nine_of_ten_tricks():
    found = total = 0
    for name, raw in archive("malformed_dev"):
        if "hide-content" in name:
            total += 1
            found += any(PAYLOAD in part.body for part in parse(raw).every_part)
    assert total == 331
    assert found >= 304

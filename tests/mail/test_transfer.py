import base64
import binascii

import pytest

from mailkeep.mail import transfer

ZIP = b"PK\x03\x04" + bytes(range(50)) + b"PK\x05\x06"
CODED = base64.b64encode(ZIP)


@pytest.mark.parametrize(
    "coded",
    [
        CODED,
        CODED[:20] + b"\r\n" + CODED[20:],
        CODED[:20] + b"====" + CODED[20:],
        b"-".join(CODED[at : at + 1] for at in range(len(CODED))),
        b"".join(base64.b64encode(ZIP[at : at + 1]) for at in range(len(ZIP))),
        CODED.rstrip(b"="),
    ],
)
def test_broken_base64_keeps_the_reading_with_a_file_signature(coded):
    assert transfer.undo(coded, "base64").data == ZIP


def test_sound_base64_has_no_trouble_and_broken_one_has():
    assert transfer.undo(CODED, "base64").troubles == ()
    assert transfer.undo(CODED + b"!", "base64").troubles[0][0] == "bad-base64"


def test_quoted_printable_is_read_leniently():
    found = transfer.undo(b"caf=C3=A9 =\r\nau=zz", "quoted-printable")
    assert (found.data, found.troubles[0][0]) == ("café au=zz".encode(), "bad-quoted-printable")


@pytest.mark.parametrize(
    ("texts", "body", "expected"),
    [
        (["BASE64"], b"x", "base64"),
        ([], b"hello there", ""),
        ([], CODED, "base64"),
        (["base64, 8bit"], CODED, "base64"),
        (["x-unknown"], b"a=3D=\nb", ""),
        (["x-quoted-printable"], b"a=3D=\nb", "quoted-printable"),
        (["8bit", "base64"], CODED, "base64"),
        (["=?utf-8?q?base64?="], CODED, "base64"),
        (["uuencode"], b"", "uuencode"),
    ],
)
def test_the_encoding_is_told_from_odd_labels_and_from_the_body(texts, body, expected):
    assert transfer.encoding_of(texts, body, is_text=False)[0] == expected


def test_uuencoded_files_are_found_in_text():
    block = (
        b"begin 644 a.bin\n"
        + b"".join(binascii.b2a_uu(ZIP[at : at + 45]) for at in range(0, len(ZIP), 45))
        + b"`\nend\n"
    )
    assert [(one.name, one.data) for one in transfer.uuencoded(b"hi\n" + block + b"bye")] == [("a.bin", ZIP)]


def test_packed_bodies_are_bounded():
    import gzip

    packed = base64.b64encode(gzip.compress(b"\x00" * 60_000_000))
    assert len(transfer.undo(packed, "gzip64").data) <= 50_000_000

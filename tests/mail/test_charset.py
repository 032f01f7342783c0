import pytest

from mailkeep.mail import charset


@pytest.mark.parametrize(
    ("body", "declared", "expected", "trouble"),
    [
        ("grün".encode(), "utf-8", "grün", ""),
        ("grün".encode("latin-1"), "utf-8", "grün", "wrong"),
        ("grün, süß und schön".encode() + b"\xc3", "utf-8", "grün, süß und schön\ufffd", "wrong"),
        ("grün".encode("latin-1"), "", "grün", ""),
        ("grün".encode(), "", "grün", ""),
        ("grün".encode(), "x-none", "grün", "unknown"),
        (b"a\x93b\x94", "iso-8859-1", "a“b”", ""),
        (b"+AGEAYg-", "utf-7", "ab", ""),
        ("ab".encode("utf-16-le"), "utf-16", "ab", ""),
        ("ab".encode("utf-16-be"), "utf-16", "ab", ""),
        (b"\xff\xfe" + "ab".encode("utf-16-le"), "us-ascii", "ab", ""),
        (b"61", "hex", "61", "unknown"),
        (b"\x81", "", "\x81", ""),
    ],
)
def test_text_is_read_whatever_the_label_says(body, declared, expected, trouble):
    found = charset.decode(body, declared)
    assert (found.text, found.trouble) == (expected, trouble)


def test_a_meta_charset_counts_only_where_none_is_declared():
    page = b'<meta charset="koi8-r">' + "Привет".encode("koi8-r")
    assert charset.decode(page, "", html=True).text.endswith("Привет")
    assert not charset.decode(page, "iso-8859-1", html=True).text.endswith("Привет")


@pytest.mark.parametrize("label", ["rot13", "idna", "punycode", "unicode_escape", "\x00", "ü" * 40, "zlib"])
def test_codecs_that_are_no_charsets_are_refused(label):
    assert charset.codec_of(label) == ""

import pytest

from mailkeep.mail import encoded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?caf=C3=A9_au_lait?=", "café au lait"),
        ("=?utf-8?B?4pyT?=", "✓"),
        ("=?utf-8?B?4pyT", "=?utf-8?B?4pyT"),
        ("=?utf-8?B?4p?= =?utf-8?B?yT?=", "✓"),
        ("=?utf-8?q?=E2=9C?= =?utf-8?q?=93?=", "✓"),
        ("=?utf-8?B?YQ=?= x", "a x"),
        ("=?utf-8*de?q?a?= =?iso-8859-1?q?=FC?=", "aü"),
        ("=?made-up?q?a=FC?=", "aü"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?q?what?=?=", "what?="),
    ],
)
def test_encoded_words_are_read_tolerantly(text, expected):
    assert encoded.decode_words(text) == expected


def test_eight_bit_headers_are_utf_8_or_else_latin_1():
    assert encoded.text_of("ü".encode()) == "ü"
    assert encoded.text_of(b"\xfc") == "ü"


def test_control_characters_go_and_zero_width_ones_stay():
    assert encoded.without_controls("a\x00b\tc\u200bd\x85") == "ab c\u200bd"

from hypothesis import given, settings
from hypothesis import strategies as st

from mailkeep.mail import headers


def scan(raw):
    block = headers.scan(raw)
    return [(field.name, field.text) for field in block.fields], raw[block.body :], [one.kind for one in block.defects]


def test_headers_keep_order_duplicates_and_folds():
    raw = b"A: 1\r\nB: x\r\n y\r\nA: 2\r\n\r\nbody"
    assert scan(raw) == ([("A", "1"), ("B", "x y"), ("A", "2")], b"body", [])


def test_places_slice_back_to_the_raw_line():
    raw = b"A: 1\r\nSubject: x\r\n y\r\n\r\nbody"
    field = headers.scan(raw).fields[1]
    assert raw[field.start : field.end] == b"Subject: x\r\n y"


def test_an_mbox_line_is_stepped_over():
    assert scan(b"From a@b Mon Jan 5\nA: 1\n\nx") == ([("A", "1")], b"x", [])


def test_a_missing_blank_line_ends_the_headers_where_the_text_begins():
    assert scan(b"A: 1\nHello there\nmore") == ([("A", "1")], b"Hello there\nmore", ["missing-blank-line"])


def test_a_junk_line_does_not_hide_the_headers_after_it():
    assert scan(b"A: 1\njunk\nContent-Type: text/html\n\nx") == (
        [("A", "1"), ("Content-Type", "text/html")],
        b"x",
        ["junk-header-line"],
    )


def test_a_lone_return_that_hides_a_header_does_not():
    found = scan(b"X: a\rContent-Type: text/html\n\nx")
    assert found == ([("X", "a"), ("Content-Type", "text/html")], b"x", ["odd-header"])


def test_a_mail_of_lone_returns_is_read_as_lines():
    assert scan(b"A: 1\rB: x\r y\r\rbody") == ([("A", "1"), ("B", "x y")], b"body", [])


def test_eight_bit_and_nul_bytes_are_read():
    assert scan(b"Sub\x00ject: \xfc\x00\n\n")[0] == [("Sub\x00ject", "ü\x00")]
    assert headers.scan(b"Subject: a\x00b\n\n").fields[0].noun().value == "ab"


def test_a_name_without_colon_is_read_where_mail_programs_do():
    assert scan(b"Content-Type text/html\n\nx") == ([("Content-Type", "text/html")], b"x", ["missing-colon"])


def test_too_many_headers_are_cut_and_the_body_is_found():
    fields, body, defects = scan(b"a: b\n" * 3000 + b"\nbody")
    assert (len(fields), body, defects) == (2000, b"body", ["headers-cut"])


LINE = st.builds(
    lambda name, value: name + b":" + value,
    st.from_regex(rb"\A[!-9;-~]{1,20}\Z").filter(lambda name: not name.startswith(b">From")),
    st.binary(max_size=40).filter(lambda value: b"\n" not in value and b"\r" not in value),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINE, max_size=8), st.binary(max_size=60))
def test_every_place_slices_back_to_its_own_line(lines, body):
    raw = b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body
    block = headers.scan(raw)
    if lines:
        assert [raw[field.start : field.end] for field in block.fields] == lines
        assert raw[block.body :] == body


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_fields_within_the_raw_mail_in_order(raw):
    block = headers.scan(raw)
    ends = [0, *(point for field in block.fields for point in (field.start, field.end)), len(raw)]
    assert ends == sorted(ends)
    assert 0 <= block.body <= len(raw)

"""Mails are cut apart so that none hides its neighbours, and their status lines are kept to the byte."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connect.contract import letter
from tests.connect.test_mbox import stretch

from mailkeep.connect.mbox_text import digest_of, flags_in, is_mbox, mail_in, stretches, with_flag, with_lines


def cut(text, **more):
    return [each.text for each in stretches(io.BytesIO(text), **more)]


@given(st.lists(st.binary(max_size=200).map(lambda raw: raw.replace(b"\r", b"") + b"\n"), min_size=1, max_size=5))
def test_what_is_put_in_comes_out(mails):
    text = b"".join(stretch(mail) for mail in mails)
    assert [mail_in(each) for each in cut(text)] == mails


@pytest.mark.parametrize(
    "line",
    [
        b"From ada@corp.example Mon Mar  2 12:00:00 2026",
        b"From ada at corp.example  Mon Mar  2 12:00:00 2026",
        b"From 1234@xxx Mon Mar 02 12:00:00 +0000 2026",
        b"From MAILER-DAEMON Mon, 2 Mar 2026 12:00:00 +0100",
        b"From ada@corp.example",
    ],
)
def test_every_form_of_from_line_begins_a_mail(line):
    assert len(cut(stretch(letter(1)) + line + b"\nSubject: x\n\ny\n")) == 2


def test_prose_does_not_begin_a_mail():
    assert len(cut(stretch(letter(1)) + b"From here on we were three in 2026.\n\nFrom you I want\n")) == 1


def test_a_length_that_a_sender_claims_hides_nothing():
    liar = b"From x Mon Mar  2 12:00:00 2026\nContent-Length: 100000\nSubject: x\n\ny\n\n"
    assert len(cut(liar + stretch(letter(1)) + stretch(letter(2)))) == 3


def test_a_last_mail_without_an_empty_line_may_still_grow():
    whole = stretch(letter(1))
    assert [each.ended for each in stretches(io.BytesIO(whole))] == [True]
    assert [each.ended for each in stretches(io.BytesIO(whole[:-1]))] == [False]


def test_offsets_and_sizes_cover_the_file():
    text = b"".join(stretch(letter(n, lines=n)) for n in range(5))
    ends = [(each.offset, each.offset + each.size) for each in stretches(io.BytesIO(text))]
    assert [0, *(end for _, end in ends)] == [*(start for start, _ in ends), len(text)]


def test_the_digest_does_not_see_what_mail_programs_write():
    plain = b"Subject: a\n\nStatus: in the body\n"
    assert digest_of(b"Status: RO\nX-UID: 5\n" + plain) == digest_of(plain)
    assert digest_of(plain.replace(b"body", b"text")) != digest_of(plain)


@pytest.mark.parametrize("head", [b"", b"Status: RO\n", b"X-Status:      \nStatus: O\n", b"x-status: A\n"])
def test_a_flag_set_and_unset_leaves_every_byte(head):
    text = b"From x Mon Mar  2 12:00:00 2026\nSubject: a\n" + head + b"\nbody\n\n"
    before = flags_in(mail_in(text))
    flagged = with_flag(text)
    assert "flagged" in flags_in(mail_in(flagged))
    assert with_lines(flagged, before) == text


def test_an_mbox_begins_with_a_from_line():
    assert is_mbox(b"From x")
    assert is_mbox(b"")
    assert not is_mbox(b"Return-Path:")

import importlib.util
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.corpus import archive

from mailkeep.kit.known import Unknown
from mailkeep.mail import Message, parse

MAIL = (
    b"Return-Path: <>\r\nReceived: from a.example ([192.0.2.1]) by b.example with ESMTP; Mon, 5 Jan 2026 10:00:00 +0100\r\n"
    b"Authentication-Results: b.example; spf=pass\r\nARC-Authentication-Results: i=1; c.example; spf=fail\r\n"
    b'From: "Ann" <a@x.example>\r\nSender: s@x.example\r\nReply-To: r@x.example\r\nTo: b@y.example\r\nCc: c@y.example\r\n'
    b"Bcc: d@y.example\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\nDate: Mon, 5 Jan 2026 10:00:00 +0100\r\nMessage-ID: <1@x.example>\r\n"
    b"In-Reply-To: <0@y.example>\r\nReferences: <z@y.example>\r\n <0@y.example>\r\n\r\nhello\r\n"
)


def test_every_header_finds_its_field():
    mail = parse(MAIL)
    assert [one.address for one in (*mail.from_, *mail.sender, *mail.reply_to)] == [
        "a@x.example",
        "s@x.example",
        "r@x.example",
    ]
    assert [one.address for one in mail.recipients] == ["b@y.example", "c@y.example", "d@y.example"]
    assert (mail.subject, mail.message_id, mail.in_reply_to) == ("café", "1@x.example", ("0@y.example",))
    assert mail.references == ("z@y.example", "0@y.example")
    assert (mail.date.isoformat(), mail.zone_minutes, mail.return_path) == ("2026-01-05T09:00:00+00:00", 60, None)
    assert [one.authserv for one in mail.auth_headers] == ["b.example"]
    assert (mail.hops[0].from_ip, mail.text, mail.defects) == ("192.0.2.1", "hello", ())


def test_the_places_of_headers_slice_back_to_the_raw_mail():
    for header in parse(MAIL).headers:
        assert MAIL[header.start : header.end].startswith(header.name.encode() + b":")


def test_several_from_headers_give_every_address_and_a_defect():
    mail = parse(b"From: a@x.example\nFrom: b@y.example\n\n")
    assert [one.address for one in mail.from_] == ["a@x.example", "b@y.example"]
    assert [one.kind for one in mail.defects] == ["duplicate-header"]


def test_an_empty_mail_is_a_message_of_unknowns():
    mail = parse(b"")
    assert mail.size == 0
    assert isinstance(mail.date, Unknown)


def test_mails_in_mails_are_bounded():
    mail = parse(b"Content-Type: message/rfc822\n\n" * 200)
    depth = 0
    while mail.attached:
        depth, mail = depth + 1, mail.attached[0]
    assert depth == 5
    assert "attached-mail-cut" in [one.kind for one in mail.defects]


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_message(raw):
    assert isinstance(parse(raw), Message)


PIECES = [
    b"\n", b"\r\n", b"\r", b" ", b"--b", b"--", b"Content-Type: ", b"multipart/mixed; boundary=b", b"message/rfc822", b"text/html",
    b"From: ", b"<a@b>", b'"', b"(", b"=?utf-8?b?", b"?=", b"<div style='display:none'>", b"<a href=", b"> ", b"\x00", b"\xff", b";", b"=",
    b"begin 644 a\n", b"Content-Transfer-Encoding: base64\n", b"charset=utf-16", b"AAAA",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_heap_of_mail_like_pieces_is_a_message_within_itself(pieces):
    raw = b"".join(pieces)
    mail = parse(raw)
    assert mail.size == len(raw)
    assert all(0 <= start <= end <= len(mail.text) for start, end in mail.new_spans)
    assert all(one.place.end <= len(mail.text) for one in mail.anchors if one.place.part == mail.text_part)


def bench(name):
    path = Path(__file__).parents[2] / "bench" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"bench_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_two_thousand_broken_mails_are_messages():
    pool = bench("mail_seeds").seeds()
    mutated = bench("mutations").mutated
    rng = random.Random(20261122)
    for _ in range(2000):
        assert isinstance(parse(mutated(rng, pool)), Message)


def test_mails_built_to_cost_time_are_messages():
    for name, raw in bench("bombs").bombs():
        assert isinstance(parse(raw[:300_000]), Message), name


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["malformed_dev", "fixtures_dev"])
def test_every_mail_of_the_hostile_archives_is_a_message(name):
    for _, raw in archive(name):
        assert parse(raw).size == len(raw)

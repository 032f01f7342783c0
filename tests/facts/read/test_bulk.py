"""Signs of mail sent to many."""

from mailkeep.facts.read.bulk import Bulk, read
from mailkeep.mail.parse import parse


def _bulk(head: str) -> Bulk:
    return read(parse(f"{head}\nFrom: a@corp.example\n\nHello\n".encode()))


def test_list_headers_are_read() -> None:
    found = _bulk(
        "List-Id: News <news.corp.example>\nList-Unsubscribe: <https://corp.example/u>\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\nPrecedence: Bulk"
    )
    assert (found.list_id, found.unsubscribe, found.one_click, found.precedence) == (
        "News <news.corp.example>",
        True,
        True,
        "bulk",
    )


def test_a_plain_mail_has_none() -> None:
    found = _bulk("Subject: hi")
    assert found == Bulk(
        list_id="", unsubscribe=False, one_click=False, precedence="", auto=False, bounce=False, platform=""
    )


def test_platforms_are_known_by_header_and_by_envelope() -> None:
    assert _bulk("X-SG-EID: abc").platform == "sendgrid"
    assert _bulk("X-Mailgun-Sid: abc").platform == "mailgun"
    assert _bulk("Return-Path: <0100abc@eu-west-1.amazonses.com>").platform == "amazonses"


def test_automatic_answers_are_told() -> None:
    assert _bulk("Auto-Submitted: auto-replied").auto
    assert not _bulk("Auto-Submitted: no").auto


def test_a_delivery_report_is_told_by_its_form() -> None:
    raw = (
        b"From: MAILER-DAEMON@mx.example\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        b"--b\nContent-Type: text/plain\n\nsorry\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n\n--b--\n"
    )
    assert read(parse(raw)).bounce
    assert not _bulk("Subject: Undeliverable").bounce

"""Which conversation the mail says it belongs to."""

import pytest

from mailkeep.facts.read.thread import Thread, read
from mailkeep.mail.parse import parse


def _thread(subject: str, head: str = "", body: str = "Hello") -> Thread:
    return read(parse(f"{head}From: a@corp.example\nSubject: {subject}\n\n{body}\n".encode()))


@pytest.mark.parametrize(
    "mark",
    [
        "Re",
        "RE",
        "Aw",
        "Antw",
        "SV",
        "VS",
        "Odp",
        "YNT",
        "Rép",
        "RES",
        "R",
        "Rif",
        "Отв",
        "回复",
        "返信",
        "회신",
        "رد",
        "ΑΠ",
        "Vá",
        "Bls",
        "Re[2]",
        "RE(3)",
        "回复："[:-1],
    ],
)
def test_reply_marks_of_many_languages_are_known(mark: str) -> None:
    found = _thread(f"{mark}: Budget")
    assert found.claims_reply
    assert found.subject_key == "budget"


@pytest.mark.parametrize(
    "mark", ["Fwd", "FW", "WG", "TR", "RV", "ENC", "Doorst", "VB", "VL", "PD", "İLT", "转发", "転送", "Пересл"]
)
def test_forward_marks_of_many_languages_are_known(mark: str) -> None:
    found = _thread(f"{mark}: Budget")
    assert found.claims_forward
    assert not found.claims_reply
    assert found.subject_key == "budget"


@pytest.mark.parametrize(
    "subject", ["Report: budget", "Rechnung: 7", "Reminder: pay", "Area: north", "Budget", ":", ""]
)
def test_other_words_before_a_colon_are_no_marks(subject: str) -> None:
    found = _thread(subject)
    assert not found.claims_reply
    assert not found.claims_forward


def test_marks_tags_and_digits_leave_the_key() -> None:
    assert _thread("[EXTERNAL] Re: [list] AW: Invoice 4711 due").subject_key == "invoice due"
    assert _thread("𝐈𝐧𝐯𝐨𝐢𝐜𝐞").subject_key == "invoice"


def test_message_ids_are_gathered_once_each() -> None:
    found = _thread("x", "In-Reply-To: <b@corp.example>\nReferences: <a@corp.example> <b@corp.example>\n")
    assert set(found.ids) == {"a@corp.example", "b@corp.example"}
    assert len(found.ids) == 2
    assert found.claims_reply


def test_addresses_of_quoted_introductions_are_gathered() -> None:
    body = "Yes\n\n-----Original Message-----\nFrom: Bob <Bob@corp.example>\nTo: eve@out.example\n\nShall we?"
    found = _thread("Re: x", body=body)
    assert found.has_quote
    assert "bob@corp.example" in found.quoted_addresses


def test_a_flood_of_marks_ends() -> None:
    assert _thread("Re: " * 400 + "x").claims_reply

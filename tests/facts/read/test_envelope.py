"""The envelope behind the letterhead."""

from mailkeep.facts.read import envelope, sender
from mailkeep.facts.read.envelope import Envelope
from mailkeep.facts.vantage import Vantage
from mailkeep.kit.known import Unknown
from mailkeep.mail.parse import parse


def _envelope(head: str) -> Envelope:
    message = parse(f"{head}From: a@mail.corp.co.uk\n\nHello\n".encode())
    return envelope.read(message, sender.read(message, Vantage()))


def test_another_owner_s_envelope_is_elsewhere() -> None:
    found = _envelope("Return-Path: <b@bulk.example>\n")
    assert (found.address, found.registrable, found.elsewhere) == ("b@bulk.example", "bulk.example", True)


def test_the_same_owner_s_bounce_host_is_not_elsewhere() -> None:
    assert _envelope("Return-Path: <x@bounce.corp.co.uk>\n").elsewhere is False


def test_no_record_is_unknown_and_the_null_sender_is_not() -> None:
    assert isinstance(_envelope("").elsewhere, Unknown)
    assert _envelope("Return-Path: <>\n").elsewhere is False

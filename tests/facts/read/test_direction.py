"""Which way the mail goes."""

import msgspec

from mailkeep.facts.read import authentication, direction, sender
from mailkeep.facts.read.direction import Direction, Way
from mailkeep.facts.vantage import Boundary, Vantage
from mailkeep.mail.parse import parse
from mailkeep.people.directory import Directory, Mailbox

_TENANT = Vantage(
    directory=Directory(own_domains=frozenset({"corp.example"})),
    mailbox=Mailbox(id="ada", address="ada@corp.example"),
)
_SENT = msgspec.structs.replace(_TENANT, sent_folder=True)


def _direction(head: str, vantage: Vantage = _TENANT) -> Direction:
    message = parse(f"{head}\n\nHello\n".encode())
    who = sender.read(message, vantage)
    return direction.read(message, who, authentication.read(message, who, vantage), vantage)


def test_the_three_ways_are_told() -> None:
    assert _direction("From: eve@out.example\nTo: ada@corp.example").way is Way.INCOMING
    assert _direction("From: bob@corp.example\nTo: ada@corp.example").way is Way.INTERNAL
    assert _direction("From: ada@corp.example\nTo: eve@out.example", _SENT).way is Way.OUTGOING


def test_a_mail_to_colleagues_and_others_is_internal_in_an_inbox_and_outgoing_in_sent() -> None:
    head = "From: bob@corp.example\nTo: ada@corp.example, eve@out.example"
    assert _direction(head).way is Way.INTERNAL
    assert _direction(head, _SENT).way is Way.OUTGOING
    assert (_direction(head).own_recipients, _direction(head).other_recipients) == (1, 1)


def test_our_name_without_our_proof_is_from_outside() -> None:
    head = "Authentication-Results: mx.corp.example; spf=fail smtp.mailfrom=bob@corp.example; dmarc=fail\n"
    found = _direction(head + "From: bob@corp.example\nTo: ada@corp.example")
    assert found.way is Way.INTERNAL
    assert found.from_outside


def test_our_name_with_our_proof_is_not_from_outside() -> None:
    head = "Authentication-Results: mx.corp.example; dkim=pass header.d=corp.example\n"
    assert not _direction(head + "From: bob@corp.example\nTo: ada@corp.example").from_outside


def test_a_hop_from_outside_our_relays_shows_a_forgery_and_a_logged_in_colleague_does_not() -> None:
    vantage = msgspec.structs.replace(_TENANT, boundary=Boundary(trusted_hosts=("mx.corp.example",)))
    hop = "Received: from evil.example (evil.example [8.8.4.4]) by mx.corp.example with {}; Mon, 2 Nov 2026 10:00:00 +0000\n"
    head = "From: bob@corp.example\nTo: ada@corp.example"
    assert _direction(hop.format("ESMTPS") + head, vantage).from_outside
    assert not _direction(head, vantage).from_outside


def test_recipients_that_are_not_us_are_undisclosed() -> None:
    assert _direction("From: eve@out.example\nTo: undisclosed-recipients:;").undisclosed
    assert _direction("From: eve@out.example\nTo: bob@corp.example").undisclosed
    assert not _direction("From: eve@out.example\nCc: ada@corp.example").undisclosed


def test_a_mail_to_its_own_author_is_told() -> None:
    assert _direction("From: ada@corp.example\nTo: ada@corp.example").to_self

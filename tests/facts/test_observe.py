"""All facts of one mail in one call."""

import pytest
from tests.corpus import archive

from mailkeep.facts.observe import observe
from mailkeep.facts.read.direction import Way
from mailkeep.facts.vantage import Vantage
from mailkeep.mail.parse import parse
from mailkeep.people.directory import Directory, Mailbox, Person

_ADA = Person(id="u1", name="Ada Lovelace", addresses=("ada@lovelace.example",))
_TENANT = Vantage(
    directory=Directory(own_domains=frozenset({"lovelace.example"}), people=(_ADA,)),
    mailbox=Mailbox(id="bob", address="bob@lovelace.example"),
)
_FORGED = b"""\
Received: from out.evil.example (out.evil.example [8.8.4.4]) by mx.lovelace.example with ESMTPS; Mon, 2 Nov 2026 10:00:00 +0000
Authentication-Results: mx.lovelace.example; spf=pass smtp.mailfrom=love1ace.example; dmarc=none
From: "Ada Lovelace" <ada@love1ace.example>
Reply-To: ada.lovelace77@gmail.com
To: bob@lovelace.example
Subject: Re: invoice
Date: Mon, 2 Nov 2026 10:00:00 +0000

Please pay the attached invoice today: https://love1ace.example/pay
"""


def test_every_room_of_facts_is_filled_from_one_mail() -> None:
    facts = observe(parse(_FORGED), _TENANT)
    assert facts.sender.namesakes == (_ADA,)
    assert facts.sender.resembles_own is not None
    assert facts.reply_to[0].elsewhere
    assert facts.authentication.spf == "pass"
    assert facts.direction.way is Way.INCOMING
    assert facts.thread.claims_reply
    assert facts.origin.network == "8.8.4.0/24"
    assert [link.registrable for link in facts.links] == ["love1ace.example"]


def test_the_same_mail_has_the_same_facts_for_ever() -> None:
    assert observe(parse(_FORGED), _TENANT) == observe(parse(_FORGED), _TENANT)


def test_an_empty_mail_has_facts_too() -> None:
    facts = observe(parse(b""), Vantage())
    assert facts.sender.address == ""
    assert facts.links == ()


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["malformed_dev", "phishing_sublime_dev"])
def test_no_hostile_mail_stops_the_readers(name: str) -> None:
    for path, raw in archive(name):
        assert observe(parse(raw), _TENANT).sender is not None, path

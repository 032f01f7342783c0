"""Where an answer would go."""

from mailkeep.facts.read import reply, sender
from mailkeep.facts.read.reply import ReplyTo
from mailkeep.facts.vantage import Vantage
from mailkeep.mail.parse import parse
from mailkeep.people.directory import Directory

_TENANT = Vantage(directory=Directory(own_domains=frozenset({"ours.example"})))


def _replies(line: str) -> tuple[ReplyTo, ...]:
    message = parse(f"From: a@mail.corp.co.uk\nReply-To: {line}\n\nHello\n".encode())
    return reply.read(message, sender.read(message, _TENANT), _TENANT)


def test_an_answer_to_free_mail_goes_elsewhere() -> None:
    (found,) = _replies("Ada <ada.corp@gmail.com>")
    assert (found.elsewhere, found.free_mail, found.registrable) == (True, True, "gmail.com")


def test_another_desk_of_the_same_owner_is_not_elsewhere() -> None:
    (found,) = _replies("b@corp.co.uk")
    assert not found.elsewhere


def test_the_author_s_own_address_is_no_reply_to() -> None:
    assert _replies("a@mail.corp.co.uk") == ()


def test_an_answer_to_us_is_told() -> None:
    (found,) = _replies("desk@ours.example")
    assert found.own


def test_a_flood_of_addresses_is_cut() -> None:
    assert len(_replies(", ".join(f"a{n}@evil.example" for n in range(200)))) == 10

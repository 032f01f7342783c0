"""Who the mail says it is from."""

from mailkeep.facts.read.sender import Sender, read
from mailkeep.facts.vantage import Vantage
from mailkeep.mail.parse import parse
from mailkeep.people.directory import Directory, Person

_ADA = Person(id="u1", name="Ada Lovelace", addresses=("ada@lovelace.example",))
_TENANT = Vantage(directory=Directory(own_domains=frozenset({"lovelace.example"}), people=(_ADA,)))


def _sender(line: str) -> Sender:
    return read(parse(f"From: {line}\nSubject: x\n\nHello\n".encode()), _TENANT)


def test_a_colleague_is_known_by_her_address() -> None:
    ada = _sender("Ada Lovelace <Ada@lovelace.example>")
    assert ada.person == _ADA
    assert ada.own
    assert ada.namesakes == ()
    assert ada.resembles_own is None


def test_a_stranger_with_a_colleague_s_name_is_her_namesake() -> None:
    forged = _sender('"Lovelace, Ada" <ceo.office77@gmail.com>')
    assert forged.namesakes == (_ADA,)
    assert forged.free_mail
    assert not forged.own


def test_an_imitation_of_our_domain_is_seen() -> None:
    forged = _sender("Ada <ada@love1ace.example>")
    assert forged.resembles_own is not None
    assert forged.resembles_own.how == "homoglyph"


def test_an_imitation_of_a_brand_s_domain_is_seen_and_the_brand_is_not() -> None:
    forged, real = _sender("x <x@paypa1.com>"), _sender("x <service@intl.paypal.com>")
    assert forged.resembles_brand is not None
    assert forged.resembles_brand.target == "paypal.com"
    assert real.resembles_brand is None


def test_a_brand_s_name_on_a_strange_address_is_told() -> None:
    assert _sender("PayPal Service <info@corp.example>").name_brand == "paypal"
    assert _sender("PayPal <service@paypal.de>").name_brand == ""


def test_another_address_or_domain_in_the_name_is_told() -> None:
    assert _sender('"ada@lovelace.example" <x@evil.example>').name_address == "ada@lovelace.example"
    assert _sender('"x@evil.example" <x@evil.example>').name_address == ""
    assert _sender('"Stellar.org" <x@evil.example>').name_domain == "stellar.org"
    assert _sender('"www.corp.com" <x@mail.corp.com>').name_domain == ""
    assert _sender('"Amazon.com" <x@amazon.de>').name_domain == ""


def test_desks_throw_away_mailboxes_and_machine_made_names_are_told() -> None:
    assert _sender("<no-reply@corp.example>").role
    assert _sender("<x@mailinator.com>").disposable
    assert _sender("<xhtfjdaleqnmlfk@corp.example>").random_local
    assert not _sender("<john.smith1984@corp.example>").random_local


def test_several_authors_are_told() -> None:
    assert _sender("a@corp.example, b@evil.example").several
    assert not _sender("a@corp.example").several


def test_a_mail_without_author_has_empty_fields() -> None:
    nobody = read(parse(b"Subject: x\n\nHello\n"), _TENANT)
    assert (nobody.address, nobody.name, nobody.registrable) == ("", "", "")
    assert not nobody.own
    assert nobody.resembles_own is None

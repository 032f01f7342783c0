"""Which brands the mail speaks for."""

from mailkeep.facts.read import brands, sender
from mailkeep.facts.vantage import Vantage
from mailkeep.mail.parse import parse


def _read(from_: str, subject: str = "x", body: str = "hello", kind: str = "plain") -> set[tuple[str, str, bool]]:
    message = parse(f"From: {from_}\nSubject: {subject}\nContent-Type: text/{kind}; charset=utf-8\n\n{body}\n".encode())
    found = brands.read(message, sender.read(message, Vantage()))
    return {(one.brand, one.where, one.legitimate) for one in found}


def test_a_brand_s_own_mail_is_legitimate_and_a_stranger_s_is_not() -> None:
    assert ("paypal", "name", True) in _read("PayPal <service@paypal.com>")
    assert ("paypal", "name", False) in _read("PayPal <service@evil.test>")


def test_a_free_mailbox_at_the_brand_is_not_the_brand() -> None:
    assert ("google", "name", False) in _read("Google Security <team.security@gmail.com>")


def test_an_ordinary_word_counts_only_as_the_whole_name() -> None:
    assert ("chase", "name", False) in _read("Chase Support <a@evil.test>")
    assert not any(
        brand == "chase" for brand, _, _ in _read("Chase Miller <a@evil.test>", "chase the ball", "we chase")
    )


def test_subject_first_words_footer_and_pictures_are_read() -> None:
    body = (
        '<img src="https://x.test/l.png" alt="DHL Express"><p>Your Netflix plan ends.</p>'
        + "<p>and so on</p>" * 80
        + "<p>&copy; 2024 Microsoft Corporation</p>"
    )
    found = _read("a@evil.test", "DocuSign: please sign", body, "html")
    assert {
        ("docusign", "subject", False),
        ("netflix", "body", False),
        ("microsoft", "footer", False),
        ("dhl", "image", False),
    } <= found


def test_an_address_or_part_of_a_word_names_no_brand() -> None:
    assert _read("a@evil.test", body="write to help@microsoft.com or use microsoftly") == set()


def test_look_alike_letters_hide_no_brand() -> None:
    assert ("microsoft", "subject", False) in _read("a@evil.test", "Your Micrоsoft account")


def test_badges_and_icons_of_networks_below_a_newsletter_are_not_its_voice() -> None:
    body = '<p>News</p><img src="https://x.test/f.png" alt="Facebook"><img src="https://x.test/a.png" alt="Get it on Google Play">'
    assert _read("a@shop.test", body=body, kind="html") == set()

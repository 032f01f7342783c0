"""What a display name says besides a name."""

import pytest

from mailkeep.facts.naming import address_in, brand_in, brand_owns, domain_in


def test_an_address_in_a_name_is_read() -> None:
    assert address_in("Ada Lovelace <ADA@corp.example>") == "ada@corp.example"
    assert address_in("Ada Lovelace") == ""


@pytest.mark.parametrize(
    ("name", "domain"),
    [("Stellar.org", "stellar.org"), ("via www.corp.co.uk", "www.corp.co.uk"), ("https://corp.com/", "corp.com")],
)
def test_a_domain_in_a_name_is_read(name: str, domain: str) -> None:
    assert domain_in(name) == domain


@pytest.mark.parametrize(
    "name", ["J.Smith", "Node.js weekly", "Mr.Robot", "Dr.Co", "John.Me", "ada@corp.com", "v2.0", ""]
)
def test_dots_in_names_are_no_domains(name: str) -> None:
    assert domain_in(name) == ""


@pytest.mark.parametrize(
    ("name", "brand"),
    [
        ("PayPal Service", "paypal"),
        ("Ꮇicrosoft Ꮇail Supports", "microsoft"),
        ("Micr0soft 365", "microsoft"),
        ("Apple Support", "apple"),
        ("Apple", "apple"),
    ],
)
def test_a_brand_in_a_name_is_read_through_look_alike_letters(name: str, brand: str) -> None:
    assert brand_in(name) == brand


@pytest.mark.parametrize("name", ["Apple Martin", "Ada Lovelace", "Chase Novak", "", "The Paypalooza"])
def test_people_are_no_brands(name: str) -> None:
    assert brand_in(name) == ""


def test_a_brand_owns_its_domains() -> None:
    assert brand_owns("paypal", "mail.paypal.com")
    assert not brand_owns("paypal", "paypal.evil.test")
    assert not brand_owns("nobody", "paypal.com")

"""Numbers that money and people answer to."""

from mailkeep.facts.read import identifiers
from mailkeep.mail.parse import parse


def _found(text: str) -> set[tuple[str, str]]:
    message = parse(f"From: a@b.test\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n{text}\n".encode())
    return {(one.kind, one.value) for one in identifiers.read(message)}


def test_an_iban_is_found_and_its_digits_are_no_phone() -> None:
    found = _found("Please pay to DE89 3704 0044 0532 0130 00 today")
    assert ("iban", "DE89370400440532013000") in found
    assert not any(kind == "phone" for kind, _ in found)


def test_amounts_are_read_in_both_ways_of_writing() -> None:
    found = _found("Total $12,500.00, that is 11.432,50 EUR or £9 800; R$ 1.250,00")
    assert {
        ("amount", "USD 12500.00"),
        ("amount", "EUR 11432.50"),
        ("amount", "GBP 9800.00"),
        ("amount", "BRL 1250.00"),
    } <= found


def test_phones_are_found_with_and_without_country() -> None:
    assert ("phone", "+493012345678") in _found("Tel. +49 (30) 1234 5678")
    assert ("phone", "8885550199") in _found("Call (888) 555-0199 now")
    assert ("phone", "18885550199") in _found("toll free 1-888-555-0199")
    assert ("phone", "03012345678") in _found("Telefon: 030 12345678")


def test_wallets_keep_their_case() -> None:
    text = "send to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa or bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    values = {value for kind, value in _found(text) if kind == "wallet"}
    assert values == {"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"}


def test_accounts_sort_codes_and_routing_numbers_are_found() -> None:
    found = _found("Account number: 12345678\nSort code 20-00-00\nRouting number 021000021\nSWIFT: DEUTDEFF")
    assert {value for kind, value in found if kind == "bank-account"} == {"12345678", "200000", "021000021", "DEUTDEFF"}


def test_the_place_is_that_of_the_visible_text() -> None:
    message = parse(b"From: a@b.test\nSubject: x\n\nHello,\nIBAN DE89 3704 0044 0532 0130 00\n")
    (one,) = [one for one in identifiers.read(message) if one.kind == "iban"]
    assert message.text[one.place.start : one.place.end].startswith("DE89")


def test_dates_versions_and_ids_are_none() -> None:
    assert _found("On 2024-01-12 release 4.2.10 fixed issue 12345 in 10.0.0.1") == set()

"""Host names, as browsers and registries read them."""

import random
import string

import pytest

from mailkeep.kit.domains import (
    has_known_suffix,
    is_ip,
    label,
    looks_random,
    public_suffix,
    registrable,
    to_ascii,
    to_unicode,
)


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("Mail.Corp.co.uk.", "corp.co.uk"),
        ("a.b.github.io", "b.github.io"),
        ("corp.example", "corp.example"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("com", "com"),
        ("localhost", "localhost"),
        ("", ""),
        ("a..b", "a..b"),
    ],
)
def test_the_registrable_part_is_what_somebody_registered(host: str, owner: str) -> None:
    assert registrable(host) == owner


def test_a_private_suffix_is_a_suffix() -> None:
    assert public_suffix("a.github.io") == "github.io"
    assert public_suffix("mail.corp.co.uk") == "co.uk"
    assert public_suffix("192.0.2.7") == ""


def test_the_label_is_the_registrable_domains_own() -> None:
    assert label("mail.corp.co.uk") == "corp"
    assert label("192.0.2.7") == "192.0.2.7"


def test_unicode_hosts_become_ascii_and_come_back() -> None:
    assert to_ascii("BÜCHER.example") == "xn--bcher-kva.example"
    assert to_unicode("xn--bcher-kva.example") == "bücher.example"
    assert to_unicode("xn--\u00fc") == "xn--\u00fc"


def test_broken_unicode_is_no_exception() -> None:
    assert to_ascii("a\ud800.example").endswith(".example")


@pytest.mark.parametrize("text", ["192.0.2.7", "::1", "[2001:db8::1]", "fe80::1%eth0"])
def test_addresses_are_addresses(text: str) -> None:
    assert is_ip(text)


@pytest.mark.parametrize("text", ["corp.example", "1.2.3", "a:b", "", "dead.beef"])
def test_names_are_no_addresses(text: str) -> None:
    assert not is_ip(text)


@pytest.mark.parametrize(
    "word",
    [
        "microsoft",
        "salesforce",
        "volkswagen",
        "deutschebahn",
        "krankenkasse",
        "schwarzkopf",
        "bnpparibas",
        "lacaixa",
        "telefonica",
        "przelewy24",
        "allegro",
        "rijksoverheid",
        "mediamarkt",
        "kpmg",
        "hsbc",
        "john.smith1984",
        "accounts-payable",
        "thyssenkrupp",
        "office365",
        "3dsystems",
        "web2print",
        "notification",
        "carrefour",
        "intesasanpaolo",
        "vodafone",
        "skandinaviska",
        "tuerkiye",
        "strengthen",
    ],
)
def test_words_and_brands_of_several_languages_are_not_random(word: str) -> None:
    assert not looks_random(word)


def test_most_machine_made_labels_are_seen() -> None:
    dice = random.Random(7)
    made = ["".join(dice.choices(string.ascii_lowercase + string.digits, k=12)) for _ in range(500)]
    assert sum(map(looks_random, made)) > 400


def test_short_labels_are_never_called_random() -> None:
    assert not looks_random("xkq7z")


def test_a_file_name_has_no_known_suffix() -> None:
    assert has_known_suffix("mail.corp.co.uk")
    assert not has_known_suffix("invoice.pdf")

"""What can be said of a host by itself."""

import pytest

from mailkeep.facts.read.hosts import brand_in_path, free_path, host_facts, resemblance, says_login

_OWN = frozenset({"lovelace.example"})


@pytest.mark.parametrize(
    ("host", "brand"),
    [
        ("paypal-login.evil.test", "paypal"),
        ("dhl-paket.evil.test", "dhl"),
        ("pineapple.test", ""),
        ("www.paypal.com", ""),
        ("microsoft.wordpress.com", "microsoft"),
        ("interactive.test", ""),
    ],
)
def test_a_brand_in_a_strangers_host_is_named(host: str, brand: str) -> None:
    assert host_facts(host).brand == brand


def test_a_brand_counts_in_a_path_as_a_whole_directory_and_social_icons_do_not() -> None:
    assert brand_in_path("evil.test", "/wp/paypal/login") == "paypal"
    assert brand_in_path("evil.test", "/img/facebook/icon.png") == ""
    assert brand_in_path("www.google.com", "/paypal/") == ""


def test_free_hosts_and_shorteners_cover_what_lies_below_them() -> None:
    assert host_facts("x.workers.dev").free
    assert host_facts("a.blob.core.windows.net").free
    assert host_facts("bit.ly").shortener
    assert not host_facts("lovelace.example").free
    assert free_path("www.dropbox.com", "/scl/fi/x")
    assert not free_path("www.dropbox.com", "/business")


@pytest.mark.parametrize(
    "text",
    [
        "signin.evil.test",
        "/anmelden/",
        "/mot-de-passe",
        "/verificar-cuenta",
        "/inloggen",
        "/zaloguj",
        "/x/senha",
        "/accedi",
    ],
)
def test_log_in_words_count_in_many_languages(text: str) -> None:
    assert says_login(text)


def test_an_author_is_no_authentication() -> None:
    assert not says_login("/authors/ada")


def test_a_look_alike_of_an_own_domain_comes_before_a_brand_s() -> None:
    found = resemblance("lovelace-example.test", _OWN) or resemblance("1ovelace.example", _OWN)
    assert found is not None
    assert found.target == "lovelace.example"
    imitator = resemblance("paypa1.com", _OWN)
    assert imitator is not None
    assert imitator.target == "paypal.com"
    assert resemblance("paypal.com", _OWN) is None


def test_cheap_suffixes_and_machine_made_names_are_seen() -> None:
    facts = host_facts("xk3q9zv7w2.top")
    assert facts.rare_suffix
    assert facts.random
    assert host_facts("192.0.2.7").ip

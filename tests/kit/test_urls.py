"""URLs as a browser opens them."""

import pytest

from mailkeep.kit.urls import parse_url


def test_every_part_is_given() -> None:
    url = parse_url("HTTPS://user:pw@BÜCHER.example:8443/a/../b?c=d#e")
    assert url is not None
    assert (url.scheme, url.host, url.port, url.path) == ("https", "xn--bcher-kva.example", 8443, "/b")
    assert (url.query, url.fragment, url.userinfo) == ("c=d", "e", "user:pw")


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("http://good.example@evil.example/", "evil.example"),
        ("http://evil.example\\@good.example/", "evil.example"),
        ("https:///evil.example", "evil.example"),
        ("http:evil.example", "evil.example"),
        ("http://ev\til.example/", "evil.example"),
        ("http://%65vil.example/", "evil.example"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("mailto:a@corp.example", ""),
    ],
)
def test_no_spelling_hides_the_host(text: str, host: str) -> None:
    url = parse_url(text)
    assert url is not None
    assert url.host == host


@pytest.mark.parametrize("text", ["", "www.corp.example", "//corp.example", "http://", "http://a b/", "not a url"])
def test_what_a_browser_would_not_open_is_no_url(text: str) -> None:
    assert parse_url(text) is None


def test_a_scheme_s_own_port_is_not_odd() -> None:
    url = parse_url("https://corp.example:443/")
    assert url is not None
    assert url.port is None


def test_broken_unicode_is_no_exception() -> None:
    assert parse_url("http://a\ud800b.example/") is None
    assert parse_url("http://corp.example/\ud800") is not None

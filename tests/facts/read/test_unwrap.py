"""The links that gateways put around links."""

import base64

import pytest

from mailkeep.facts.read.unwrap import carried_host, unwrap
from mailkeep.kit.urls import parse_url


def _unwrapped(text: str) -> tuple[str, str]:
    url = parse_url(text)
    assert url is not None
    inner, by = unwrap(url)
    return inner.href, by


def _carried(text: str) -> str:
    url = parse_url(text)
    assert url is not None
    return carried_host(url)


_SOPHOS = base64.b64encode(b"https://evil.test/a").decode()


@pytest.mark.parametrize(
    ("wrapped", "inner", "by"),
    [
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.test%2Fa&data=05",
            "https://evil.test/a",
            "safelinks",
        ),
        ("https://urldefense.proofpoint.com/v1/url?u=https://evil.test/a&k=x", "https://evil.test/a", "proofpoint"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__evil.test_a&d=Dw", "https://evil.test/a", "proofpoint"),
        ("https://urldefense.com/v3/__https://evil.test/a*b__;Iw!!AbC$", "https://evil.test/a#b", "proofpoint"),
        ("https://urldefense.com/v3/__https://evil.test/**A__;Pz0!!AbC$", "https://evil.test/?=", "proofpoint"),
        ("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fevil.test%2fa&c=E", "https://evil.test/a", "barracuda"),
        ("https://secure-web.cisco.com/1abc/https%3A%2F%2Fevil.test%2Fa", "https://evil.test/a", "cisco"),
        ("https://url.avanan.click/v2/___https://evil.test/a___.abc", "https://evil.test/a", "avanan"),
        (f"https://eu-west-1.protection.sophos.com/?d=evil.test&u={_SOPHOS}", "https://evil.test/a", "sophos"),
    ],
)
def test_a_rewriter_is_taken_off(wrapped: str, inner: str, by: str) -> None:
    assert _unwrapped(wrapped) == (inner, by)


def test_rewriters_inside_rewriters_are_taken_off_and_the_outermost_is_named() -> None:
    inside = "https%3A%2F%2Flinkprotect.cudasvc.com%2Furl%3Fa%3Dhttps%253a%252f%252fevil.test%252fa"
    assert _unwrapped(f"https://x.safelinks.protection.outlook.com/?url={inside}") == (
        "https://evil.test/a",
        "safelinks",
    )


def test_a_sealed_rewriter_is_named_and_left_in_place() -> None:
    href, by = _unwrapped("https://protect-eu.mimecast.com/s/abc?domain=evil.test")
    assert by == "mimecast"
    assert "mimecast" in href


def test_a_gateway_s_own_page_is_no_rewriter() -> None:
    assert _unwrapped("https://www.mimecast.com/products/")[1] == ""
    assert _unwrapped("https://urldefense.com/about")[1] == ""


@pytest.mark.parametrize(
    "text",
    [
        "https://www.google.com/url?q=https://evil.test/login&sa=D",
        "https://www.google.com/url?q=evil.test/login",
        "https://www.bing.com/ck/a?u=a1" + base64.urlsafe_b64encode(b"https://evil.test/x").decode() + "&ntb=1",
        "https://l.honest.test/out?next=https%253A%252F%252Fevil.test",
        "https://honest.test/redirect/https://evil.test/a",
        "https://honest.test/#https://evil.test",
    ],
)
def test_a_carried_url_is_seen(text: str) -> None:
    assert _carried(text) == "evil.test"


def test_a_share_button_and_an_own_page_carry_nothing() -> None:
    assert _carried("https://www.facebook.com/sharer/sharer.php?u=https://news.test/a") == ""
    assert _carried("https://shop.test/login?next=https://www.shop.test/cart") == ""


@pytest.mark.parametrize(
    "text",
    [
        "https://urldefense.com/v3/__;;!!",
        "https://urldefense.com/v3/__x__;****!",
        "https://a.protection.sophos.com/?u=%%%",
    ],
)
def test_a_broken_wrapping_is_left_as_it_is(text: str) -> None:
    assert _unwrapped(text)[0].startswith("https://")

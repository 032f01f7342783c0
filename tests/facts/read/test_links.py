"""Where the mail's links lead."""

import base64

from mailkeep.facts.read import links, sender
from mailkeep.facts.read.codes import Code
from mailkeep.facts.read.links import Link
from mailkeep.facts.vantage import Vantage
from mailkeep.mail import Place
from mailkeep.mail.parse import parse
from mailkeep.people.directory import Directory

_TENANT = Vantage(directory=Directory(own_domains=frozenset({"lovelace.example"})))


def _read(body: str, codes: tuple[Code, ...] = ()) -> tuple[Link, ...]:
    raw = f"From: shop@shop.test\nTo: ada@lovelace.example\nSubject: x\nContent-Type: text/html\n\n<html><body>{body}</body></html>\n"
    message = parse(raw.encode())
    return links.read(message, sender.read(message, _TENANT), _TENANT, (), codes)


def _one(target: str, shown: str = "here") -> Link:
    found = _read(f'<a href="{target}">{shown}</a>')
    return found[0]


def test_a_host_is_read_as_a_browser_reads_it() -> None:
    assert _one("http://0x7f.1/a").ip_host
    assert _one("http://0x7f.1/a").host == "127.0.0.1"
    assert _one("https://www.paypal.com@evil.test/").userinfo
    assert _one("https://www.paypal.com@evil.test/").host == "evil.test"
    assert _one("https://xn--pypal-4ve.test/").punycode
    assert _one("http://evil.test:8081/").odd_port
    assert not _one("http://honest.test:80/").odd_port


def test_shown_text_that_is_another_domain_is_told() -> None:
    assert _one("https://evil.test/", "https://www.example.com/login").shown_domain == "example.com"
    assert _one("https://www.example.com/", "example.com").shown_domain == ""
    assert _one("https://evil.test/", "invoice.pdf").shown_domain == ""
    assert _one("https://evil.test/", "report.zip").shown_domain == ""
    assert _one("https://evil.test/", "see example.com for more").shown_domain == ""


def test_the_recipient_in_a_url_is_seen_plain_and_encoded() -> None:
    encoded = base64.b64encode(b"ada@lovelace.example").decode().rstrip("=")
    assert _one("https://evil.test/?e=ada@lovelace.example").carries_recipient
    assert _one("https://evil.test/#ada%40lovelace.example").carries_recipient
    assert _one(f"https://evil.test/#{encoded}").carries_recipient
    assert _one("https://evil.test/" + b"ada@lovelace.example".hex()).carries_recipient
    assert not _one("https://evil.test/?e=bob@lovelace.example").carries_recipient


def test_own_and_the_sender_s_own_links_are_told() -> None:
    assert _one("https://intranet.lovelace.example/").own
    assert _one("https://click.shop.test/").same_as_sender


def test_a_wrapped_link_is_judged_by_what_it_wraps() -> None:
    link = _one(
        "https://eur.safelinks.protection.outlook.com/?url=https%3A%2F%2Fpaypal-login.evil.test%2Fx.zip&amp;data=1"
    )
    assert (link.host, link.wrapped_by) == ("paypal-login.evil.test", "safelinks")
    assert link.brand_in_host == "paypal"
    assert link.login_words
    assert link.file_kind == "zip"


def test_the_same_link_counts_once_and_pictures_come_last() -> None:
    found = _read(
        '<img src="https://a.test/p.png"><a href="https://a.test/">x</a><a href="https://a.test/">x</a><a href="mailto:a@a.test">m</a>'
    )
    assert [link.kind for link in found] == ["anchor", "anchor", "image"]
    assert found[1].host == ""


def test_a_code_s_url_is_a_link() -> None:
    code = Code(payload="https://evil.test/q", is_url=True, place=Place("2"), source="image")
    assert [link.kind for link in _read("<p>scan</p>", (code,))] == ["qr"]


def test_no_more_than_the_bound_are_read() -> None:
    body = "".join(f'<a href="https://h{n}.test/">x</a>' for n in range(400))
    assert len(_read(body)) == links.MOST


def test_broken_targets_are_no_links() -> None:
    assert _read('<a href="http://">x</a><a href="cid:1">y</a><a href="#top">z</a>') == ()

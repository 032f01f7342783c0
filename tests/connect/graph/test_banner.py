"""The warning comes and goes and leaves nothing behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkeep.connect.graph.banner import TEXT, with_banner, without_banner

HTML = '<html><head><title>Hi</title></head><body class="a">\r\n<p>Pay &amp; go</p></body></html>'


@pytest.mark.parametrize("content", ["", "Hello", "[not ours]\r\n\r\nHello", "\r\n\r\n"])
@given(extra=st.text())
def test_plain_text_is_as_before_once_the_warning_is_gone(content, extra):
    warned = with_banner(content + extra, html=False)
    assert TEXT in warned
    assert without_banner(warned, html=False) == content + extra


@given(extra=st.text())
def test_html_is_as_before_once_the_warning_is_gone(extra):
    for content in (HTML + extra, extra, extra + HTML):
        warned = with_banner(content, html=True)
        assert TEXT in warned
        assert without_banner(warned, html=True) == content


def test_the_warning_stands_first_in_the_body():
    assert with_banner(HTML, html=True).index(TEXT) < HTML.index("Pay") + 400
    assert with_banner(HTML, html=True).startswith('<html><head><title>Hi</title></head><body class="a"><div id=')


@pytest.mark.parametrize("html", [True, False])
def test_a_second_warning_is_not_put_above_the_first(html):
    once = with_banner(HTML, html=html)
    assert with_banner(once, html=html) == once


def test_the_warning_is_found_after_exchange_rewrote_it():
    rewritten = f'<body><div class="x" style="border: 2px solid" id="x_mailkeep-warning">{TEXT}</div>text'
    assert without_banner(rewritten, html=True) == "<body>text"

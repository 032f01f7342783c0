"""Which results are believed, and what they say."""

import pytest

from mailkeep.facts.read import authentication, sender
from mailkeep.facts.read.authentication import Authentication
from mailkeep.facts.vantage import Boundary, Vantage
from mailkeep.kit.known import Unknown
from mailkeep.mail.parse import parse

_HOP = "Received: from a.example (a.example [8.8.4.4]) by mx.corp.example; Mon, 2 Nov 2026 10:00:00 +0000\n"


def _auth(head: str, authserv: str = "") -> Authentication:
    message = parse(f"{head}From: Ada <ada@vendor.co.uk>\n\nHello\n".encode())
    vantage = Vantage(boundary=Boundary(authserv=authserv))
    return authentication.read(message, sender.read(message, vantage), vantage)


def test_exchange_writes_no_id_of_its_own() -> None:
    found = _auth(
        "Authentication-Results: spf=pass (sender IP is 8.8.4.4)\n smtp.mailfrom=bounce.vendor.co.uk; dkim=pass (signature was\n"
        " verified) header.d=vendor.co.uk;dmarc=pass action=none\n header.from=vendor.co.uk;compauth=pass reason=100\n"
    )
    assert (found.authserv, found.spf, found.dkim, found.dmarc) == ("", "pass", "pass", "pass")
    assert (found.spf_domain, found.dkim_domains, found.aligned) == ("bounce.vendor.co.uk", ("vendor.co.uk",), True)


def test_gmail_s_style() -> None:
    found = _auth(
        "Authentication-Results: mx.google.com;\n       dkim=pass header.i=@mail.vendor.co.uk header.s=s1 header.b=abc;\n"
        "       spf=softfail (google.com: domain of transitioning x@other.example does not designate 8.8.4.4)\n"
        " smtp.mailfrom=x@other.example;\n       dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=vendor.co.uk\n"
    )
    assert (found.authserv, found.spf, found.dkim, found.dmarc) == ("mx.google.com", "softfail", "pass", "fail")
    assert (found.dkim_domains, found.aligned) == (("mail.vendor.co.uk",), True)


def test_yahoo_s_old_words_become_those_of_the_rfc() -> None:
    found = _auth(
        "Authentication-Results: mta1.mail.yahoo.com; dkim=perm_fail header.d=x.example; spf=unknown; dmarc=success(p=REJECT)\n"
    )
    assert (found.spf, found.dkim) == ("none", "fail")


def test_fastmail_s_style_with_many_methods() -> None:
    found = _auth(
        "Authentication-Results: mx1.messagingengine.com;\n    bimi=skipped (DMARC Policy is not at enforcement);\n"
        "    arc=none (no signatures found);\n    dkim=pass (2048-bit rsa key sha256) header.d=vendor.co.uk header.i=@vendor.co.uk\n"
        "    header.b=x header.a=rsa-sha256;\n    dmarc=pass policy.published-domain-policy=none header.from=vendor.co.uk;\n"
        "    spf=pass smtp.mailfrom=b@vendor.co.uk smtp.helo=out.vendor.co.uk\n"
    )
    assert (found.spf, found.dkim, found.dmarc, found.arc) == ("pass", "pass", "pass", "none")


def test_milters_write_one_header_each() -> None:
    head = (
        "Authentication-Results: mx.corp.example; dmarc=pass (p=none dis=none) header.from=vendor.co.uk\n"
        "Authentication-Results: mx.corp.example;\n\tdkim=pass (2048-bit key) header.d=vendor.co.uk\n"
        "Authentication-Results: mx.corp.example; spf=pass smtp.mailfrom=ada@vendor.co.uk\n"
    )
    found = _auth(head + _HOP, "mx.corp.example")
    assert (found.spf, found.dkim, found.dmarc, found.unbelieved) == ("pass", "pass", "pass", 0)


def test_a_header_of_another_host_is_not_believed() -> None:
    found = _auth("Authentication-Results: evil.example; spf=pass; dkim=pass; dmarc=pass\n", "mx.corp.example")
    assert isinstance(found.dmarc, Unknown)
    assert isinstance(found.aligned, Unknown)
    assert (found.authserv, found.unbelieved) == ("", 1)


def test_a_forged_copy_further_down_does_not_win() -> None:
    true = "Authentication-Results: mx.corp.example; spf=fail smtp.mailfrom=ada@vendor.co.uk\n"
    forged = "Authentication-Results: mx.corp.example; dmarc=pass; dkim=pass header.d=vendor.co.uk\n"
    assert isinstance(_auth(true + _HOP + forged, "mx.corp.example").dmarc, Unknown)
    assert _auth(true + _HOP + forged, "mx.corp.example").spf == "fail"
    again = "Authentication-Results: mx.corp.example; spf=pass smtp.mailfrom=ada@vendor.co.uk; dmarc=pass\n"
    assert isinstance(_auth(_HOP + true + again, "mx.corp.example").dmarc, Unknown)


def test_without_a_boundary_only_the_topmost_header_is_read() -> None:
    found = _auth("Authentication-Results: a.example; spf=fail\nAuthentication-Results: a.example; dmarc=pass\n")
    assert found.spf == "fail"
    assert isinstance(found.dmarc, Unknown)
    assert found.unbelieved == 1


@pytest.mark.parametrize(
    ("results", "aligned"),
    [
        ("spf=pass smtp.mailfrom=x@bounce.vendor.co.uk", True),
        ("spf=pass smtp.mailfrom=x@other.co.uk", False),
        ("spf=fail smtp.mailfrom=x@vendor.co.uk", False),
        ("dkim=pass header.d=esp.example; dkim=pass header.d=vendor.co.uk", True),
        ("dkim=fail header.d=vendor.co.uk", False),
        ("dkim=pass header.d=co.uk", False),
    ],
)
def test_alignment_is_relaxed_and_by_registrable_domain(results: str, aligned: bool) -> None:
    assert _auth(f"Authentication-Results: mx.corp.example; {results}\n").aligned is aligned


def test_no_header_is_unknown_and_never_false() -> None:
    found = _auth("")
    assert isinstance(found.spf, Unknown)
    assert isinstance(found.aligned, Unknown)
    assert found.authserv == ""


def test_a_result_with_a_name_in_fancy_letters_is_read_all_the_same() -> None:
    found = _auth(
        "Authentication-Results: mx.corp.example; spf=pass smtp.mailfrom=x@vendor.co.uk; dmarc=none header.from=𝐚𝐦𝐚𝐳𝐨𝐧.𝐝𝐞\n"
    )
    assert (found.spf, found.aligned) == ("pass", True)

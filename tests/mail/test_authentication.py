from mailkeep.mail import authentication
from mailkeep.mail.headers import Field


def read(text):
    return authentication.read([Field("Authentication-Results", text, 0, 1, "authentication-results")])[0]


def test_results_properties_comments_and_versions_are_read():
    found = read(
        "mx.example 1 (a host); spf=pass (domain of x; ok) smtp.mailfrom=Ann@X.example; "
        'dkim/1=fail reason="bad; key" header.d = x.example; dmarc=none'
    )
    assert found.authserv == "mx.example"
    assert found.results == (
        ("spf", "pass", (("smtp.mailfrom", "ann@x.example"),)),
        ("dkim", "fail", (("reason", "bad; key"), ("header.d", "x.example"))),
        ("dmarc", "none", ()),
    )


def test_a_host_that_checked_nothing_has_no_results():
    assert read("mx.example; none").results == ()


def test_a_header_without_a_host_keeps_its_results():
    found = read("spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=none")
    assert found.authserv == ""
    assert [result[:2] for result in found.results] == [("spf", "fail"), ("dkim", "none")]


def test_a_result_inside_a_comment_is_no_result():
    assert read("mx.example; spf=fail (; dmarc=pass )").results == (("spf", "fail", ()),)


def test_an_open_comment_hides_the_rest():
    assert read("mx.example; spf=fail ( dmarc=pass").results == (("spf", "fail", ()),)

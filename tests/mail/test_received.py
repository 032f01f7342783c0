from datetime import UTC, datetime

import pytest

from mailkeep.mail import received
from mailkeep.mail.headers import Field

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def hop(text):
    return received.read([Field("Received", text, 0, 1, "received")])[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "from mail.x.example (mail.x.example [192.0.2.7]) by mx.y.example (Postfix) with ESMTPS id 1 for <a@b>; Mon, 5 Jan 2026 10:00:00 +0100",
            ("mail.x.example", "192.0.2.7", "mx.y.example", "esmtps"),
        ),
        (
            ("from AM0PR01.prod.outlook.com (2603:10a6:208:a1::27) by DB7PR01.prod.outlook.com (2603:10a6:10:1::4) with Microsoft SMTP "
            "Server (version=TLS1_2) id 15.20; Mon, 5 Jan 2026 09:00:00 +0000"),
            ("am0pr01.prod.outlook.com", "2603:10a6:208:a1::27", "db7pr01.prod.outlook.com", "smtp"),
        ),
        (
            "by 2002:a05:6402:1::1 with SMTP id x; Mon, 5 Jan 2026 01:00:00 -0800 (PST)",
            ("", "", "2002:a05:6402:1::1", "smtp"),
        ),
        (
            "from [10.0.0.5] (HELO laptop.local) (192.0.2.9) by mx.example with SMTP; 5 Jan 2026 09:00:00 -0000",
            ("laptop.local", "192.0.2.9", "mx.example", "smtp"),
        ),
        (
            "from unknown (HELO evil.example) ([198.51.100.4]) by 0 with SMTP; 5 Jan 2026 09:00:00 -0000",
            ("evil.example", "198.51.100.4", "0", "smtp"),
        ),
        (
            "from [192.0.2.1] (helo=x.example) by y.example with esmtpsa (TLS1.3) (Exim 4.96) id 1; Mon, 05 Jan 2026 09:00:00 +0000",
            ("x.example", "192.0.2.1", "y.example", "esmtpsa"),
        ),
        ("(qmail 1234 invoked from network); 5 Jan 2026 09:00:00 -0000", ("", "", "", "local")),
        (
            "from x.example ([IPv6:2001:db8::1]) by y.example with ESMTP; Mon, 5 Jan 2026 09:00:00 GMT",
            ("x.example", "2001:db8::1", "y.example", "esmtp"),
        ),
    ],
)  # fmt: skip
def test_hops_are_read_as_each_host_writes_them(text, expected):
    found = hop(text)
    assert (found.from_name, found.from_ip, found.by, found.protocol) == expected
    assert found.at == AT


def test_a_line_that_says_nothing_is_still_a_hop():
    assert hop("nonsense").at is None


def test_a_version_is_not_taken_for_an_address():
    assert hop("from a.example by b.example (8.14.4/8.14.4) with ESMTP; x").from_ip == ""

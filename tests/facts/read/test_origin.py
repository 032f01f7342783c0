"""From where, with what and when."""

from datetime import UTC, datetime

import pytest

from mailkeep.facts.read.origin import UNDATED, Origin, read
from mailkeep.facts.vantage import Vantage
from mailkeep.kit.known import Unknown
from mailkeep.mail.parse import parse

_HOP = "Received: from out.vendor.example (out.vendor.example [8.8.4.77]) by mx.corp.example with ESMTPS; Mon, 2 Nov 2026 10:00:05 +0000\n"
_DATE = "Date: Mon, 2 Nov 2026 05:00:00 -0500\n"


def _origin(head: str, received_at: datetime | None = None) -> Origin:
    return read(parse(f"{head}From: a@corp.example\n\nHello\n".encode()), Vantage(), received_at)


def test_hour_weekday_and_zone_are_the_sender_s_own() -> None:
    found = _origin(_HOP + _DATE)
    assert (found.local_hour, found.weekday, found.zone_minutes) == (5, 0, -300)
    assert found.at == datetime(2026, 11, 2, 10, 0, 5, tzinfo=UTC)
    assert found.clock_skew_s == -5


def test_the_handing_address_and_its_network_are_told() -> None:
    found = _origin(_HOP)
    assert (found.ip, found.network) == ("8.8.4.77", "8.8.4.0/24")


def test_what_nobody_recorded_is_unknown() -> None:
    found = _origin("")
    assert isinstance(found.ip, Unknown)
    assert isinstance(found.network, Unknown)
    assert isinstance(found.local_hour, Unknown)
    assert isinstance(found.clock_skew_s, Unknown)
    assert found.at == UNDATED


def test_an_undated_mail_has_the_moment_of_its_delivery() -> None:
    moment = datetime(2026, 11, 2, tzinfo=UTC)
    assert _origin("", moment).at == moment


def test_a_stated_client_address_serves_where_no_hop_does() -> None:
    assert _origin("X-Originating-IP: [8.8.4.4]\n").ip == "8.8.4.4"
    assert isinstance(_origin("X-Originating-IP: [10.0.0.1]\n").ip, Unknown)


@pytest.mark.parametrize(
    ("line", "client"),
    [
        ("X-Mailer: Microsoft Outlook 16.0", "Outlook"),
        ("X-Mailer: Microsoft Office Outlook, Build 11.0.5510", "Outlook"),
        ("X-Mailer: Microsoft Outlook Express 6.00.2800", "Outlook Express"),
        ("X-Mailer: Apple Mail (2.3445.104.11)", "Apple Mail"),
        ("X-Mailer: iPhone Mail (14G60)", "iPhone Mail"),
        ("User-Agent: Mozilla/5.0 (X11; Linux) Gecko/20100101 Thunderbird/115.1", "Thunderbird"),
        ("User-Agent: Roundcube Webmail/1.4.3", "Roundcube"),
        ("X-Mailer: PHPMailer 5.2.9 (https://github.com/PHPMailer/)", "PHPMailer"),
        ("X-Mailer: Acme Blaster v2.1 beta", "Acme Blaster"),
        ("Message-ID: <CAAbc123@mail.gmail.com>", "Gmail"),
        ("Message-ID: <AM0PR01MB123@AM0PR01MB123.eurprd01.prod.outlook.com>", "Exchange Online"),
        ("Message-ID: <1234.5.JavaMail.root@app>", "JavaMail"),
    ],
)
def test_the_mail_program_is_named_without_its_version(line: str, client: str) -> None:
    assert _origin(line + "\n").client == client


def test_an_unnamed_program_is_unknown() -> None:
    assert isinstance(_origin("").client, Unknown)


def test_the_message_id_s_domain_is_told() -> None:
    assert _origin("Message-ID: <abc@Mail.Corp.example>\n").message_id_domain == "mail.corp.example"
    assert _origin("Message-ID: <abc>\n").message_id_domain == ""

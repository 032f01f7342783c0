"""Small honest mails of every shape the reader knows, to be broken by `mutations`."""

import base64

_TOP = """\
Return-Path: <alice@corp.example>
Received: from mx.corp.example (mx.corp.example [192.0.2.7]) by in.example with ESMTPS id 1; Mon, 5 Jan 2026 10:00:00 +0100
Authentication-Results: in.example; spf=pass (ok) smtp.mailfrom=corp.example; dkim=pass header.d=corp.example
From: "Alice, A." <alice@corp.example>
To: Team: bob@corp.example, Carol <carol@corp.example>;, dan@corp.example
Subject: =?utf-8?B?w4RuZGVydW5n?= =?utf-8?Q?_der_Rechnung?=
Date: Mon, 5 Jan 2026 10:00:00 +0100
Message-ID: <1@corp.example>
MIME-Version: 1.0
"""
_PLAIN = """\
Content-Type: text/plain; charset=utf-8

Hello Bob,
please see http://x.example/a.

--\x20
Alice

-----Original Message-----
From: Bob <bob@corp.example>
Sent: Monday
To: Alice
Subject: x

old words
> older
"""
_QUOTED = """\
Content-Type: text/plain
Content-Transfer-Encoding: quoted-printable

M=C3=BCll =
x
On Mon, 5 Jan 2026 at 10:00, Bob <b@c.example> wrote:
> hi
and new
"""
_FILE = """\
Content-Type: application/zip; name*0=in; name*1=voice.zip
Content-Disposition: attachment; filename="invoice.zip"
Content-Transfer-Encoding: base64

UEsDBBQAAgAIABFKjkk8z1FoRgAAAEQAAAA=
"""
_EVENT = """\
Content-Type: text/calendar; method=REQUEST

BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Pay
ORGANIZER;CN="A":mailto:a@b.example
DESCRIPTION:see http://c.example
END:VEVENT
END:VCALENDAR
"""
_UUENCODED = """\
Content-Type: text/plain

see
begin 644 a.txt
#0V%T
`
end
"""
_PAGE = """\
<html><head><style>.p{display:none} @media print{.q{display:none}}</style><base href='http://b.example/'></head><body>
<div class=p>hidden</div><table>ROWS</table>
<form action=/login><input type=password><input type=submit value=Go></form>
<img src=http://i.example/x.png alt=pic>
<div class=gmail_quote>On 1 Jan 2026, A wrote:<blockquote>old</blockquote></div>
"""
_ROW = '<tr><td style="color:#fff;background:#fff">h{0}</td><td><a href="http://h{0}.example/?q={0}">go {0}</a>'


def _html() -> str:
    page = _PAGE.replace("ROWS", "".join(_ROW.format(number) for number in range(20)))
    coded = base64.encodebytes(page.encode()).decode()
    return f"Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\n{coded}"


def _multipart(kind: str, boundary: str, *parts: str) -> str:
    inner = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inner}--{boundary}--\n'


def seeds() -> list[bytes]:
    """The mails, with CRLF line ends; two of them once more with LF and with CR."""
    both = _multipart("alternative", "inner", _PLAIN, _html())
    attached = "Content-Type: message/rfc822\n\n" + _TOP + _multipart("mixed", "deep", _QUOTED, _FILE)
    whole = _multipart("mixed", "outer", both, _FILE, _EVENT, attached)
    related = _multipart("related", "outer", both, _FILE)
    digest = _multipart("digest", "d", "\n" + _TOP + _PLAIN)
    bodies = (_PLAIN, _html(), _QUOTED, _UUENCODED, both, whole, related, digest)
    mails = [(_TOP + body).encode() for body in bodies]
    as_sent = [mail.replace(b"\n", b"\r\n") for mail in mails]
    return [*as_sent, mails[5], mails[0].replace(b"\n", b"\r")]

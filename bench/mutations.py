"""Mails to break, and ways to break them: all from a seed, so that each one can be made again."""

import base64
import random
import re
from collections.abc import Callable, Iterator

_CHARSETS = [
    b"utf-7",
    b"utf-16",
    b"iso-2022-jp",
    b"gb18030",
    b"x-unknown",
    b"us-ascii",
    b"hex",
    b"\xff",
    b"utf-8\x00",
    b"",
]
_HEADERS = [
    b"From: \"a\" <x@y.example>, b <z@w.example>\n", b"From: =?utf-8?B?4pyT4pyT?= <\xc3\xbc@b\xc3\xbccher.example>\n",
    b"Content-Type: multipart/mixed; boundary=X\n", b"Content-Type: text/html; charset=utf-7\n", b"Received: from [1.2.3.4] by\n",
    b"Content-Transfer-Encoding: base64\n", b"Subject: =?x?q?=?= =?utf-16?B?AGE?=\n", b"To: (((((((\n", b"Date: 99 Foo 0 99:99\n",
    b"Authentication-Results: a; spf=pass (x) smtp.mailfrom=\"\n", b"Content-Disposition: attachment; filename*0*=''%ff;\n", b"\n", b"\r", b" x\n",
]  # fmt: skip
_SCRAPS = [
    b"--", b"\r\n", b"\n\n", b"\x00", b"=?", b"?=", b"<", b">", b"\"", b"(", b";", b"=", b"&#", b"<div style='", b"<!--", b"]]>",
    b"begin 644 x\n", b"<a href=", b"<style>", b"@", b"\xf0\x9f", b"://", b"%00", b"On Mon wrote:\n", b"-----Original Message-----\n",
]  # fmt: skip


def _html() -> bytes:
    rows = "".join(
        f'<tr><td style="color:#fff;background:#fff">h{i}</td><td><a href="http://h{i}.example/?q={i}">go {i}</a>'
        for i in range(20)
    )
    return (
        "<html><head><style>.p{display:none} @media print{.q{display:none}}</style><base href='http://b.example/'></head><body>"
        f"<div class=p>hidden</div><table>{rows}</table><form action=/login><input type=password><input type=submit value=Go></form>"
        "<img src=http://i.example/x.png alt=pic><div class=gmail_quote>On 1 Jan 2026, A wrote:<blockquote>old</blockquote></div>"
    ).encode()


def _multipart(kind: str, boundary: str, *parts: bytes) -> bytes:
    inner = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
        + inner
        + b"--"
        + boundary.encode()
        + b"--\r\n"
    )


def seeds() -> list[bytes]:
    """Small honest mails of every shape the reader knows."""
    top = (
        b"Return-Path: <alice@corp.example>\r\nReceived: from mx.corp.example (mx.corp.example [192.0.2.7]) by in.example with ESMTPS id 1;"
        b" Mon, 5 Jan 2026 10:00:00 +0100\r\nAuthentication-Results: in.example; spf=pass (ok) smtp.mailfrom=corp.example; dkim=pass header.d=corp.example\r\n"
        b'From: "Alice, A." <alice@corp.example>\r\nTo: Team: bob@corp.example, Carol <carol@corp.example>;, dan@corp.example\r\n'
        b"Subject: =?utf-8?B?w4RuZGVydW5n?= =?utf-8?Q?_der_Rechnung?=\r\nDate: Mon, 5 Jan 2026 10:00:00 +0100\r\nMessage-ID: <1@corp.example>\r\nMIME-Version: 1.0\r\n"
    )
    plain = (
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nHello Bob,\r\nplease see http://x.example/a.\r\n\r\n-- \r\nAlice\r\n\r\n"
        b"-----Original Message-----\r\nFrom: Bob <bob@corp.example>\r\nSent: Monday\r\nTo: Alice\r\nSubject: x\r\n\r\nold words\r\n> older\r\n"
    )
    html = (
        b"Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(_html())
    )
    quoted = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nM=C3=BCll =\r\nx\r\nOn Mon, 5 Jan 2026 at 10:00, Bob <b@c.example> wrote:\r\n> hi\r\nand new\r\n"
    file = b'Content-Type: application/zip; name*0=in; name*1=voice.zip\r\nContent-Disposition: attachment; filename="invoice.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBBQAAgAIABFKjkk8z1FoRgAAAEQAAAA=\r\n'
    event = b'Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Pay\r\nORGANIZER;CN="A":mailto:a@b.example\r\nDESCRIPTION:see http://c.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
    uu = b"Content-Type: text/plain\r\n\r\nsee\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n"
    both = _multipart("alternative", "inner", plain, html)
    mail = b"Content-Type: message/rfc822\r\n\r\n" + top + _multipart("mixed", "deep", quoted, file)
    whole = _multipart("mixed", "outer", both, file, event, mail)
    bodies = [
        plain,
        html,
        quoted,
        uu,
        both,
        whole,
        _multipart("related", "outer", both, file),
        _multipart("digest", "d", b"\r\n" + top + plain),
    ]
    return [top + body for body in bodies] + [
        (top + whole).replace(b"\r\n", b"\n"),
        (top + plain).replace(b"\r\n", b"\r"),
    ]


def _flip(rng: random.Random, raw: bytearray) -> None:
    for _ in range(rng.choice([1, 4, 30])):
        raw[rng.randrange(len(raw))] = rng.randrange(256)


def _lines(rng: random.Random, raw: bytearray) -> None:
    lines = bytes(raw).split(b"\n")
    for _ in range(rng.choice([1, 3, 10])):
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        action = rng.randrange(3)
        if action == 0 and len(lines) > 1:
            del lines[one]
        elif action == 1:
            lines.insert(other % (len(lines) + 1), lines[one])
        else:
            other = min(other, len(lines) - 1)
            lines[one], lines[other] = lines[other], lines[one]
        if not lines:
            lines = [b""]
    raw[:] = b"\n".join(lines)


def _boundary(rng: random.Random, raw: bytearray) -> None:
    found = list(re.finditer(rb"boundary=\"?([^\";\s]{1,70})", raw, re.IGNORECASE))
    if not found:
        return
    name = rng.choice(found).group(1)
    other = rng.choice(
        [name + b"x", name[:-1], b"", name + b"--", b'"' + name, rng.choice(found).group(1), name + b" "]
    )
    raw[:] = bytes(raw).replace(name, other, rng.choice([1, 2, -1]))


def _truncate(rng: random.Random, raw: bytearray) -> None:
    del raw[rng.randrange(len(raw)) :]


def _header(rng: random.Random, raw: bytearray) -> None:
    at = max(bytes(raw).find(b"\n", rng.randrange(min(len(raw), 3000))), 0)
    raw[at:at] = b"\n" + rng.choice(_HEADERS).rstrip(b"\n")


def _scrap(rng: random.Random, raw: bytearray) -> None:
    at = rng.randrange(len(raw))
    raw[at:at] = rng.choice(_SCRAPS) * rng.choice([1, 2, 50, 2000])


def _charset(rng: random.Random, raw: bytearray) -> None:
    raw[:] = re.sub(
        rb"(?i)(charset=\"?)[\w-]+",
        lambda hit: hit.group(1) + rng.choice(_CHARSETS),
        bytes(raw),
        count=rng.choice([0, 1]),
    )


def _encoding(rng: random.Random, raw: bytearray) -> None:
    wanted = rng.choice(
        [b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"base64, base64", b"gzip64", b"b\x00ase64"]
    )
    raw[:] = re.sub(
        rb"(?i)(content-transfer-encoding:)[^\n]*",
        lambda hit: hit.group(1) + b" " + wanted,
        bytes(raw),
        count=rng.choice([0, 1]),
    )


def _nest(rng: random.Random, raw: bytearray) -> None:
    depth = rng.choice([1, 3, 30])
    for level in range(depth):
        name = f"n{level % 5}"
        kind = rng.choice(["mixed", "digest", "alternative", "rfc822"])
        if kind == "rfc822":
            raw[:0] = b"Content-Type: message/rfc822\n\n"
        else:
            raw[:0] = f"Content-Type: multipart/{kind}; boundary={name}\n\n--{name}\n".encode()


def _repeat(rng: random.Random, raw: bytearray) -> None:
    start = rng.randrange(len(raw))
    piece = bytes(raw[start : start + rng.choice([1, 20, 300])])
    raw[start:start] = piece * min(rng.choice([2, 100, 5000]), max(1, 400_000 // max(len(piece), 1)))


_WAYS: list[Callable[[random.Random, bytearray], None]] = [
    _flip, _lines, _boundary, _truncate, _header, _scrap, _charset, _encoding, _nest, _repeat,
]  # fmt: skip


def mutated(rng: random.Random, pool: list[bytes]) -> bytes:
    """One mail of the pool, broken in one to six ways."""
    raw = bytearray(rng.choice(pool))
    for _ in range(rng.choice([1, 1, 2, 3, 6])):
        if raw:
            rng.choice(_WAYS)(rng, raw)
    return bytes(raw)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Mails built to cost time or memory out of proportion, two megabytes or so each."""
    mega = 2_000_000
    html = b"Content-Type: text/html\n\n"
    yield "bomb header line", b"Subject: " + b"a" * mega + b"\n\nx"
    yield "bomb header names", b"a:\n" * (mega // 3)
    yield "bomb junk lines", b"junk\nX-A: b\n" * (mega // 12)
    yield "bomb folds", b"Subject: x" + b"\n " * (mega // 2) + b"\n\nx"
    yield "bomb encoded words", b"Subject: " + b"=?utf-8?q?a?= " * (mega // 14) + b"\n\nx"
    yield "bomb half words", b"Subject: " + b"=?utf-8?q?" * (mega // 10) + b"\n\nx"
    for mark in (b'"', b"(", b"<", b",", b":", b"\\", b'"\\', b"a@b,", b"<a@b>", b"( ", b'" '):
        yield f"bomb address {mark.decode()}", b"From: " + mark * (mega // len(mark)) + b"\n\nx"
    yield "bomb received", b"Received: from a by b; x\n" * (mega // 25) + b"\n"
    yield "bomb received spaces", b"Received: from " + b" " * 900_000 + b"by ;\n\n"
    yield "bomb results", b"Authentication-Results: a;" + b"(" * 900_000 + b"\n\n"
    yield "bomb parameters", b"Content-Type: text/plain" + b"; a*0=b" * 100_000 + b"\n\n"
    yield "bomb quotes in type", b'Content-Type: text/plain; a="' + b'\\"' * 400_000 + b"\n\n"
    yield "bomb boundaries", b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * (mega // 5)
    yield "bomb half boundaries", b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bb\n" * (mega // 5)
    yield "bomb dashes", b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--\n" * (mega // 3)
    yield "bomb dash run", b"Content-Type: multipart/mixed; boundary=b\n\n" + b"-" * mega
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(30_000))
    yield "bomb nested parts", nested
    yield "bomb nested mails", b"Content-Type: message/rfc822\n\n" * (mega // 30)
    same = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 40_000
    yield "bomb same boundary", same
    inner = b"Content-Type: text/plain\n\nx\n"
    for _ in range(10):
        inner = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(inner * 2)
    yield "bomb coded mails", inner
    yield "bomb base64", b"Content-Transfer-Encoding: base64\n\n" + b"A=" * (mega // 2)
    yield "bomb quoted", b"Content-Transfer-Encoding: quoted-printable\n\n" + b"= " * (mega // 2)
    yield "bomb uu", b"\n" + b"begin 644 x\n" * (mega // 12)
    yield "bomb div", html + b"<div>" * (mega // 5)
    yield "bomb list", html + b"<ul><li>" * (mega // 8)
    yield "bomb formatting", html + b"".join(b"<p><b a=%d></p>" % i for i in range(mega // 20))
    yield "bomb anchors", html + b"<a href=http://x.example/>x" * (mega // 28)
    yield "bomb open anchor", html + b"<a href=x><p>" * (mega // 13)
    yield "bomb attributes", html + b"<p " + b" ".join(b"a%d=1" % i for i in range(mega // 10)) + b">"
    yield "bomb styles", html + b"<style>" + b".a{color:red}" * (mega // 13) + b"</style><p class=a>"
    yield "bomb style braces", html + b"<style>" + b"@media{" * (mega // 7) + b"</style>"
    yield "bomb style attribute", html + b"<p style='" + b"color:#fff;" * (mega // 11) + b"'>x"
    yield "bomb comments", html + b"<!--" * (mega // 4)
    yield "bomb tables", html + b"<table><tr><td>" * (mega // 15)
    yield "bomb select", html + b"<select><option>x" * (mega // 17)
    yield "bomb entities", html + b"&notit;" * (mega // 7)
    yield "bomb lines", b"\n" + b"x\n" * (mega // 2)
    yield "bomb quote marks", b"\n" + b"> " * (mega // 2)
    yield "bomb wrote", b"\n" + b"On 1 wrote:\n" * (mega // 12)
    yield "bomb on", b"\n" + b"On 1 a@b\n" * (mega // 9)
    yield "bomb from blocks", b"\n" + b"From: a\nSent: b\nTo: c\nSubject: d\n" * (mega // 33)
    yield "bomb separators", b"\n" + b"-----Original Message-----\n" * (mega // 27)
    yield "bomb separator run", b"\n" + b"- " * (mega // 2)
    yield "bomb urls", b"\n" + b"http://x.example/ " * (mega // 18)
    yield "bomb url", b"\nhttp://" + b"a)" * (mega // 2)
    yield "bomb www", b"\n" + b"www." * (mega // 4)
    yield "bomb calendar", b"Content-Type: text/calendar\n\n" + b'BEGIN:VEVENT\nX;A="' * (mega // 18)
    yield "bomb calendar folds", b"Content-Type: text/calendar\n\n" + b"a\n " * (mega // 3)
    yield (
        "bomb zip of zeros",
        b"Content-Transfer-Encoding: gzip64\n\n" + base64.encodebytes(b"\x1f\x8b" + b"\x00" * 1000),
    )

"""Mails built to cost time or memory out of proportion, some two megabytes each."""

import base64
from collections.abc import Iterator

_SIZE = 2_000_000
_MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"
_ADDRESS_MARKS = (b'"', b"(", b"<", b",", b":", b"\\", b'"\\', b"a@b,", b"<a@b>", b"( ", b'" ')


def _filled(piece: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    return before + piece * (_SIZE // len(piece)) + after


def bombs() -> Iterator[tuple[str, bytes]]:
    """(name, mail) of each."""
    yield from _in_headers()
    yield from _in_parts()
    yield from _in_html()
    yield from _in_text()


def _in_headers() -> Iterator[tuple[str, bytes]]:
    yield "header line", _filled(b"a", b"Subject: ", b"\n\nx")
    yield "header names", _filled(b"a:\n")
    yield "junk lines", _filled(b"junk\nX-A: b\n")
    yield "folds", b"Subject: x" + b"\n " * 450_000 + b"\n\nx"
    yield "encoded words", b"Subject: " + b"=?utf-8?q?a?= " * 60_000 + b"\n\nx"
    yield "half words", b"Subject: " + b"=?utf-8?q?" * 90_000 + b"\n\nx"
    yield "half words with marks", b"Subject: " + b"=?utf-8?q?a?b" * 70_000 + b"\n\nx"
    for mark in _ADDRESS_MARKS:
        yield f"address {mark.decode()}", b"From: " + mark * (900_000 // len(mark)) + b"\n\nx"
    yield "received", _filled(b"Received: from a by b; x\n", after=b"\n")
    yield "received spaces", b"Received: from " + b" " * 900_000 + b"by ;\n\n"
    yield "results", b"Authentication-Results: a;" + b"(" * 900_000 + b"\n\n"
    yield "results escapes", (b'Authentication-Results: a;"' + b'\\"' * 9_000 + b"\n") * 45 + b"\n"
    yield "parameters", b"Content-Type: text/plain" + b"; a*0=b" * 120_000 + b"\n\n"
    yield "quotes in type", b'Content-Type: text/plain; a="' + b'\\"' * 400_000 + b"\n\n"


def _in_parts() -> Iterator[tuple[str, bytes]]:
    yield "boundaries", _filled(b"--b\n\n", _MIXED)
    yield "half boundaries", _filled(b"--bb\n", _MIXED)
    yield "dashes", _filled(b"--\n", _MIXED)
    yield "boundaries of lone returns", _filled(b"\r--b x", _MIXED.replace(b"\n", b"\r"))
    yield "dash run", _filled(b"-", _MIXED)
    yield (
        "nested parts",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(30_000)),
    )
    yield "same boundary", _filled(_MIXED + b"--b\n")
    yield "nested mails", _filled(b"Content-Type: message/rfc822\n\n")
    inner = b"Content-Type: text/plain\n\nx\n"
    for _ in range(10):
        inner = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(inner * 2)
    yield "coded mails", inner
    yield "base64 on one line", _filled(b"A=!", b"Content-Transfer-Encoding: base64\n\n")
    yield "base64", _filled(b"A=", b"Content-Transfer-Encoding: base64\n\n")
    yield "quoted", _filled(b"= ", b"Content-Transfer-Encoding: quoted-printable\n\n")
    yield "uu spaces", _filled(b" ", b"\nbegin 644 x", b"x\n")
    yield "uu", _filled(b"begin 644 x\n", b"\n")


def _in_html() -> Iterator[tuple[str, bytes]]:
    for name, page in _pages():
        yield f"html {name}", b"Content-Type: text/html\n\n" + page


def _pages() -> Iterator[tuple[str, bytes]]:
    yield "div", _filled(b"<div>")
    yield "list", _filled(b"<ul><li>")
    yield "formatting", b"".join(b"<p><b a=%d></p>" % i for i in range(_SIZE // 20))
    yield "anchors", _filled(b"<a href=http://x.example/>x")
    yield "open anchor", _filled(b"<a href=x><p>")
    yield "attributes", b"<p " + b" ".join(b"a%d=1" % i for i in range(_SIZE // 10)) + b">"
    yield "styles", _filled(b".a{color:red}", b"<style>", b"</style><p class=a>")
    yield "style braces", _filled(b"@media{", b"<style>", b"</style>")
    yield "style comments", _filled(b"/*", b"<style>", b"</style>")
    yield "refresh", (b"<meta http-equiv=refresh content='" + b" " * 5_000 + b"'>") * 400
    yield "white link", (b"<a href='x" + b" " * 19_000 + b"x'>y</a>") * 100
    yield "style attribute", _filled(b"color:#fff;", b"<p style='", b"'>x")
    yield "comments", _filled(b"<!--")
    yield "tables", _filled(b"<table><tr><td>")
    yield "select", _filled(b"<select><option>x")
    yield "entities", _filled(b"&notit;")
    yield "blockquotes", _filled(b"<blockquote>x</blockquote>")


def _in_text() -> Iterator[tuple[str, bytes]]:
    for name, piece in _TEXTS.items():
        yield f"text {name}", _filled(piece, b"\n")
    yield "text brackets", (b"http://x" + b")" * 3_990 + b"\n") * 500
    yield "text labels", b"\n" + (b"From: a\n" + (b"_" * 1_090 + b"\n") * 50) * 36
    yield "text url", _filled(b"a)", b"\nhttp://")
    yield "calendar", _filled(b'BEGIN:VEVENT\nX;A="', b"Content-Type: text/calendar\n\n")
    yield "calendar folds", _filled(b"a\n ", b"Content-Type: text/calendar\n\n")


_TEXTS = {
    "lines": b"x\n",
    "quote marks": b"> ",
    "wrote": b"On 1 wrote:\n",
    "on": b"On 1 a@b\n",
    "from blocks": b"From: a\nSent: b\nTo: c\nSubject: d\n",
    "to lists": b"From: a\nTo: b,\n",
    "dated": b"1/1/2000 1:00\nTo: a,\n",
    "separators": b"-----Original Message-----\n",
    "separator run": b"- ",
    "urls": b"http://x.example/ ",
    "www": b"www.",
}

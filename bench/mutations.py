"""Ways to break a mail, each from a seeded source of chance, so that every broken mail can be made again."""

import random
import re
from collections.abc import Callable

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
    b'From: "a" <x@y.example>, b <z@w.example>',
    b"From: =?utf-8?B?4pyT4pyT?= <\xc3\xbc@b\xc3\xbccher.example>",
    b"Content-Type: multipart/mixed; boundary=X",
    b"Content-Type: text/html; charset=utf-7",
    b"Received: from [1.2.3.4] by",
    b"Content-Transfer-Encoding: base64",
    b"Subject: =?x?q?=?= =?utf-16?B?AGE?=",
    b"To: (((((((",
    b"Date: 99 Foo 0 99:99",
    b'Authentication-Results: a; spf=pass (x) smtp.mailfrom="',
    b"Content-Disposition: attachment; filename*0*=''%ff;",
    b"",
    b"\r",
    b" x",
]
_SCRAPS = [
    *(
        b"--",
        b"\r\n",
        b"\n\n",
        b"\x00",
        b"=?",
        b"?=",
        b"<",
        b">",
        b'"',
        b"(",
        b";",
        b"=",
        b"&#",
        b"<!--",
        b"]]>",
        b"@",
        b"://",
    ),
    *(b"<div style='", b"begin 644 x\n", b"<a href=", b"<style>", b"\xf0\x9f", b"%00", b"On Mon wrote:\n"),
    b"-----Original Message-----\n",
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
    raw[at:at] = b"\n" + rng.choice(_HEADERS)


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

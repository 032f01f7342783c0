"""Content-Transfer-Encoding undone (RFC 2045 §6), broken forms read as mail programs read them.

Base64 with padding or junk in its middle means different bytes to different programs. The reading that keeps a known
file signature wins, because a wrong reading breaks it; where none does, each padded run is decoded by itself.
"""

import binascii
import re
import zlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mailkeep.mail import encoded

_PLAIN = frozenset({"", "7bit", "8bit", "binary"})
_LETTERS = bytes(range(256)).translate(None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_LETTERS_AND_PADS = bytes(byte for byte in _LETTERS if byte != ord("="))
_BAD_QUOTED = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*(?:\r?\n|\Z))")
_SOFT_BREAK_SPACE = re.compile(rb"=[ \t]+(?=\r?\n)")
_LOOKS_QUOTED = re.compile(rb"=(?:[0-9A-F]{2}|\r?\n)")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? +[0-7]{3,4} +([^\r\n]{1,300})", re.MULTILINE)
_UNPACKED = 50_000_000
_SIGNATURES = (
    b"PK\x03\x04", b"%PDF", b"MZ", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf",
    b"\x1f\x8b", b"{\\rtf", b"<html", b"<!DOC", b"<?xml", b"BZh", b"\x7fELF", b"ITSF", b"MSCF",
)  # fmt: skip


class Body(NamedTuple):
    """Decoded bytes and what was wrong on the way."""

    data: bytes
    troubles: tuple[tuple[str, str], ...] = ()
    """(defect kind, clause) each."""


def encoding_of(texts: Sequence[str], body: bytes, *, is_text: bool) -> tuple[str, str]:
    """(encoding, clause): which encoding the body is in; the clause says what is odd about how that is stated."""
    stated = texts[0].strip().lower() if texts else ""
    if len(texts) < 2 and stated in {"base64", "quoted-printable", "7bit", "8bit", "binary"}:
        return stated, ""
    if not texts:
        if not is_text and _is_bare_base64(body):
            return "base64", "none is stated, yet the body is base64"
        return "", ""
    return _odd_encoding([encoded.decode_words(text).lower() for text in texts], body, stated)


def _is_bare_base64(body: bytes) -> bool:
    """Base64 beyond doubt, where no header says so: whole groups of four, and no blank anywhere."""
    compact = body.translate(None, b"\r\n")
    return len(compact) >= 16 and len(compact) % 4 == 0 and b" " not in compact and _all_base64(body)


def _odd_encoding(texts: list[str], body: bytes, stated: str) -> tuple[str, str]:
    letters = re.sub(r"[^a-z0-9-]", "", " ".join(texts))
    clause = f'"{stated[:60]}" is no usual encoding'
    if len(texts) > 1:
        clause = "several are stated"
    if "gzip64" in letters:
        return "gzip64", clause
    if "uu" in letters:
        return "uuencode", clause
    is_base64 = _all_base64(body)
    if is_base64 and ("64" in letters or letters not in _PLAIN):
        return "base64", clause
    if ("quoted" in letters or "qp" in letters or "printable" in letters) and _LOOKS_QUOTED.search(body):
        return "quoted-printable", clause
    if "base64" in letters:
        return "base64", clause
    if letters in _PLAIN:
        return letters, ""
    return ("quoted-printable" if _LOOKS_QUOTED.search(body) and "=" in letters else ""), clause


def _all_base64(body: bytes) -> bool:
    sample = body[:20_000]
    junk = sample.translate(None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n\t \x0b")
    return (
        len(sample) >= 8 and not junk and sample.count(b"=") * 8 < len(sample) and sample.count(b" ") * 8 < len(sample)
    )


def undo(body: bytes, encoding: str) -> Body:
    """The bytes behind an encoding that `encoding_of` named; unknown ones give the bytes as they are."""
    decoder = _DECODERS.get(encoding)
    return decoder(body) if decoder else Body(body)


def _base64(body: bytes) -> Body:
    compact = body.translate(None, b" \t\r\n")
    try:
        return Body(binascii.a2b_base64(compact, strict_mode=True))
    except binascii.Error:
        pass
    letters = body.translate(None, _LETTERS_AND_PADS)
    pure = letters.rstrip(b"=")
    if b"=" not in pure and len(letters) == len(compact):
        says = "base64 is cut short" if len(pure) % 4 else "base64 ends in wrong padding"
        return Body(_run(pure), (("bad-base64", says),))
    return Body(_best(body, letters), (("bad-base64", "base64 has padding or foreign characters in its middle"),))


def _best(body: bytes, letters: bytes) -> bytes:
    readings: tuple[Callable[[], bytes], ...] = (
        lambda: b"".join(_run(run) for run in letters.split(b"=") if run),
        lambda: b"".join(_run(letters[at : at + 4].replace(b"=", b"")) for at in range(0, len(letters), 4)),
        lambda: _run(letters.replace(b"=", b"")),
        lambda: b"".join(_run(line.translate(None, _LETTERS)[: len(line) // 4 * 4]) for line in body.split(b"\n")),
        lambda: _run(body.partition(b"\n")[2].translate(None, _LETTERS)),
    )
    first = b""
    for reading in readings:
        data = reading()
        if _signed(data):
            return data
        first = first or data
    return first


def _signed(data: bytes) -> bool:
    if data.startswith(b"PK\x03\x04"):
        return data.find(b"PK\x05\x06") > 0
    return data.startswith(_SIGNATURES)


def _run(letters: bytes) -> bytes:
    """Letters of one unbroken run; a lone last letter holds no whole byte and is dropped."""
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)) if letters else b""


def _quoted(body: bytes) -> Body:
    bad = _BAD_QUOTED.search(body)
    if _SOFT_BREAK_SPACE.search(body):
        body = _SOFT_BREAK_SPACE.sub(b"=", body)
    data = binascii.a2b_qp(body)
    return Body(data, (("bad-quoted-printable", "an = stands before what is no hex number"),) if bad else ())


def _gzip64(body: bytes) -> Body:
    packed = _base64(body)
    unpacker = zlib.decompressobj(wbits=47)
    try:
        return Body(unpacker.decompress(packed.data, _UNPACKED), packed.troubles)
    except zlib.error:
        return Body(packed.data, (*packed.troubles, ("bad-gzip", "the packed body cannot be unpacked")))


def _uuencoded(body: bytes) -> Body:
    begin = _UU_BEGIN.search(body)
    data = uu_lines(body[begin.end() :] if begin else body)
    return Body(data)


class Enclosed(NamedTuple):
    """One uuencoded file in text."""

    name: str
    data: bytes
    start: int
    end: int


def uuencoded(body: bytes) -> list[Enclosed]:
    """The uuencoded files that stand in a text body, as old mail programs send them; at most 20."""
    found: list[Enclosed] = []
    at = 0 if b"begin" in body else len(body)
    while len(found) < 20 and (begin := _UU_BEGIN.search(body, at)):
        stop = body.find(b"\nend", begin.end())
        if stop < 0:
            break
        data = uu_lines(body[begin.end() : stop])
        if data:
            name = encoded.text_of(begin.group(1)).strip()
            found.append(Enclosed(name, data, begin.start(), stop + 4))
        at = stop + 4
    return found


def uu_lines(block: bytes) -> bytes:
    """Bytes of uuencoded lines; lines that are none are left out, short ones read as far as they go."""
    out = []
    for line in block.splitlines():
        text = line.rstrip()
        if not text or text == b"end" or not 32 <= text[0] <= 96:
            continue
        try:
            out.append(binascii.a2b_uu(text))
        except binascii.Error:
            # some encoders add a checksum or drop trailing blanks
            wanted = ((((text[0] - 32) & 63) + 2) // 3) * 4 + 1
            try:
                out.append(binascii.a2b_uu(text[:wanted]))
            except binascii.Error:
                continue
    return b"".join(out)


_DECODERS: dict[str, Callable[[bytes], Body]] = {
    "base64": _base64,
    "quoted-printable": _quoted,
    "gzip64": _gzip64,
    "uuencode": _uuencoded,
}

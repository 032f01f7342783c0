"""RFC 2047 encoded words, read as tolerantly as mail programs read them."""

import binascii
import re
from collections.abc import Iterator

from mailkeep.mail import charset

_WORD = re.compile(r"=\?([A-Za-z0-9_.:+'-]{1,60})(?:\*[A-Za-z0-9-]{1,30})?\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_BETWEEN = " \t\r\n"
_QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def text_of(raw: bytes) -> str:
    """An unfolded header value as text: 8-bit bytes are UTF-8 (RFC 6532), else Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def without_controls(text: str) -> str:
    """The text without C0 and C1 control characters; line ends and tabs become one space each."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ").replace("\t", " ")
    return _CONTROLS.sub("", text)


def decode_words(text: str) -> str:
    """The text with its encoded words decoded; what cannot be decoded stays as written.

    White space between two encoded words vanishes (RFC 2047 §6.2). Neighbours of one charset and encoding are joined
    as bytes first, because many senders split a multibyte character over two words.
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    run: list[tuple[str, str]] = []
    run_label = ""
    at = 0
    for word in _words(text):
        gap = text[at : word.start()]
        at = word.end()
        label, kind, coded = word.groups()
        label = label.lower()
        adjoins = bool(run) and not gap.strip(_BETWEEN)
        if not adjoins or label != run_label:
            _close(out, run, run_label)
            if not adjoins:
                out.append(gap)
            run_label = label
        run.append((kind, coded))
    _close(out, run, run_label)
    out.append(text[at:])
    return "".join(out)


def _words(text: str) -> Iterator[re.Match[str]]:
    """The encoded words: charset, encoding, coded text. Each ends at the first mark that can end it; behind the last
    such mark there are no more words, so that a megabyte of beginnings costs one look for an end.
    """
    return _WORD.finditer(text, 0, text.rfind("?=") + 2)


def _close(out: list[str], run: list[tuple[str, str]], label: str) -> None:
    if not run:
        return
    pieces: list[bytes] = []
    waiting = ""
    for kind, coded in run:
        if kind in "bB" and len(waiting + coded) % 4 and not coded.endswith("="):
            waiting += coded  # some senders split the base64 itself over two words
            continue
        if waiting and kind not in "bB":
            pieces.append(_payload("b", waiting))
            waiting = ""
        pieces.append(_payload(kind, waiting + coded))
        waiting = ""
    if waiting:
        pieces.append(_payload("b", waiting))
    out.append(charset.decode(b"".join(pieces), label).text)
    run.clear()


def _payload(kind: str, coded: str) -> bytes:
    raw = coded.encode("utf-8", "replace")
    if kind in "qQ":
        return _QUOTED.sub(lambda hit: bytes((int(hit.group(1), 16),)), raw.replace(b"_", b" "))
    return _base64(raw)


def _base64(raw: bytes) -> bytes:
    try:
        return binascii.a2b_base64(raw, strict_mode=True)
    except binascii.Error:
        pass
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw.replace(b"-", b"+").replace(b"_", b"/"))
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))

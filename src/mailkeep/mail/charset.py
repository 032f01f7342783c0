"""Text of bytes whose declared charset may be wrong, missing or made up.

The order is that of mail programs: a byte order mark, the declared charset, a <meta> charset, UTF-8, and at last
Windows-1252, which gives a character for every byte.
"""

import codecs
import functools
import re
from typing import NamedTuple

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_MAIL_NAMES = {
    # names seen in mail that Python's codec registry does not know
    "cp-850": "cp850",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "x-gbk": "gbk",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac_roman",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "x-user-defined": "cp1252",
    "8bit": "utf-8",
    "utf": "utf-8",
    "utf8mb4": "utf-8",
}
_AS_BROWSERS = {
    # WHATWG Encoding §4.2: what these labels mean wherever text is shown
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}


class Decoded(NamedTuple):
    """Text, and how it was reached."""

    text: str
    charset: str
    """Codec that was used."""
    trouble: str
    """Empty, "unknown" (no such charset) or "wrong" (bytes that charset does not have)."""


@functools.lru_cache(maxsize=512)
def codec_of(label: str) -> str:
    """The Python codec for a charset label as mail writes it; empty when there is none that gives text."""
    name = label.strip().strip("\"'").lower()
    name = _MAIL_NAMES.get(name, name)
    if name.startswith("windows") and not name.startswith("windows-"):
        name = "cp" + name.removeprefix("windows")
    try:
        found = codecs.lookup(name).name if name.isascii() else ""
        # codecs such as "hex" and "rot13" are found as well, and are no charsets
        b"a".decode(found, "replace")
    except (LookupError, ValueError):
        return ""
    if found in {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}:
        return ""
    return _AS_BROWSERS.get(found, found)


def decode(body: bytes, declared: str, *, html: bool = False) -> Decoded:
    """The text of `body`; never fails.

    Takes: the charset label of the Content-Type, empty when none; `html` lets a <meta> charset count.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(name, "replace"), name, "")
    codec = codec_of(declared) if declared else ""
    if codec == "utf-16":
        # without a mark it is big-endian (RFC 2781 §4.3), yet Windows programs send the other
        codec = "utf-16-le" if body[1:2] == b"\x00" else "utf-16-be"
    trouble = "unknown" if declared and not codec else ""
    if codec and (text := _strict(body, codec)) is not None:
        return Decoded(text, codec, "")
    if codec and codec not in {"cp1252", "utf-8"}:
        trouble = "wrong"
    if html and not codec and (meta := _META.search(body[:4096])):
        stated = codec_of(meta.group(1).decode("ascii"))
        # a meta that could be read as ASCII cannot be in UTF-16 (WHATWG HTML §13.2.3.2)
        if stated and not stated.startswith("utf-16") and (text := _strict(body, stated)) is not None:
            return Decoded(text, stated, trouble)
    if (text := _strict(body, "utf-8")) is not None:
        return Decoded(text, "utf-8", trouble or ("wrong" if codec and not body.isascii() else ""))
    if codec and codec != "cp1252":
        text = body.decode(codec, "replace")
        if codec != "utf-8" or _is_mostly_utf_8(text):
            return Decoded(text, codec, "wrong")
        trouble = "wrong"
    return Decoded(windows_1252(body), "cp1252", trouble)


def _is_mostly_utf_8(text: str) -> bool:
    """Few broken characters among whole ones: cut or damaged text, not text of another charset."""
    broken = text.count("\ufffd")
    return len(text.encode()) - len(text) > 4 * broken


def windows_1252(body: bytes) -> str:
    """Every byte as the Windows Western character, or Latin-1 where Windows has none."""
    text = _strict(body, "cp1252")
    return text if text is not None else body.decode("latin-1")


def _strict(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except (UnicodeError, ValueError):
        return None

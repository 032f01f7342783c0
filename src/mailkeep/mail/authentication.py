"""Authentication-Results headers (RFC 8601 §2.2), each read as it stands; whether to believe one is not said here."""

import re
from collections.abc import Iterable

from mailkeep.mail import bounds
from mailkeep.mail.headers import Field
from mailkeep.mail.message import AuthHeader

_LONGEST = 20_000
_RESULTS = 100
_PAREN = re.compile(r'[()\\"]')
_TOKEN = re.compile(r'"((?:[^"\\]|\\.){0,2000})"|([^\s="]{1,2000})|(=)')
_ESCAPE = re.compile(r"\\(.)")
_METHOD = re.compile(r"[a-z][a-z0-9._-]{0,60}(?:/\d{1,4})?", re.IGNORECASE)

Result = tuple[str, str, tuple[tuple[str, str], ...]]


def read(fields: Iterable[Field]) -> tuple[AuthHeader, ...]:
    """Every such header, topmost first. ARC's copies are another header name, and are not among them."""
    found: list[AuthHeader] = []
    for field in fields:
        if len(found) >= bounds.AUTH_HEADERS:
            break
        found.append(_header(field))
    return tuple(found)


def _header(field: Field) -> AuthHeader:
    # an escaped quote would make a token's end costly to find, and says nothing
    pieces = _pieces(without_comments(field.text[:_LONGEST]).replace('\\"', "'"))
    words = pieces[0].split()
    # some hosts leave their own name out and begin with the first result
    is_unnamed = not words or "=" in words[0]
    results = [result for piece in (pieces if is_unnamed else pieces[1:]) if (result := _result(piece))]
    authserv = "" if is_unnamed else words[0].strip('"').lower()
    return AuthHeader(authserv, tuple(results[:_RESULTS]), field.place())


def without_comments(text: str) -> str:
    """The text with its (nested) comments replaced by blanks; parentheses inside quotes stay. Linear."""
    if "(" not in text:
        return text
    out, depth, at, quoted = [], 0, 0, False
    skip = -1
    for mark in _PAREN.finditer(text):
        if mark.start() == skip:
            continue
        if mark.group() == "\\":
            skip = mark.end()
        elif mark.group() == '"' and depth == 0:
            quoted = not quoted
        elif mark.group() == "(" and not quoted:
            if depth == 0:
                out.append(text[at : mark.start()])
            depth += 1
        elif mark.group() == ")" and not quoted and depth:
            depth -= 1
            at = mark.end()
    if depth == 0:
        out.append(text[at:])
    return " ".join(out)


def _pieces(text: str) -> list[str]:
    """Split at semicolons that stand outside quotes."""
    if '"' not in text:
        return text.split(";")
    pieces, start, quoted = [], 0, False
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            pieces.append(text[start:at])
            start = at + 1
    pieces.append(text[start:])
    return pieces


def _result(piece: str) -> Result | None:
    pairs = _pairs(piece)
    if not pairs or not _METHOD.fullmatch(pairs[0][0]):
        return None
    method, result = pairs[0]
    return (
        method.partition("/")[0].lower(),
        result.lower(),
        tuple((name.lower(), value.lower()) for name, value in pairs[1:]),
    )


def _pairs(piece: str) -> list[tuple[str, str]]:
    """Every name=value of one result, in order; white space around = allowed."""
    pairs: list[tuple[str, str]] = []
    name, wants = "", False
    for token in _TOKEN.finditer(piece):
        if token.group(3):
            wants = bool(name)
            continue
        value = _ESCAPE.sub(r"\1", token.group(1)) if token.group(1) is not None else token.group(2)
        if wants:
            pairs.append((name, value))
            name, wants = "", False
        else:
            name = value
    return pairs

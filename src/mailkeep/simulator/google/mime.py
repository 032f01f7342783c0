"""A mail's bytes as Gmail shows them: headers, parts, attachments, a snippet."""

import base64
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from html import escape
from typing import Any

_BLANKS = re.compile(r"\s+")
_TAGS = re.compile(r"<[^>]*>")
_SNIPPET = 200


def head(raw: bytes) -> bytes:
    """The header lines, the last line's end included."""
    ends = [end for end in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if end >= 0]
    return raw[: min(ends) + 2] if ends else raw


def header(raw: bytes, name: str) -> str:
    """The first header of that name, unfolded and decoded; empty when missing."""
    found = re.search(rb"(?im)^%s:((?:[^\r\n]|\r?\n[ \t])*)" % re.escape(name.encode()), head(raw))
    return readable(found[1].decode("utf-8", "replace")) if found else ""


def readable(value: str) -> str:
    """A header's value on one line, its encoded words decoded."""
    line = _BLANKS.sub(" ", value).strip()
    if "=?" not in line:
        return line
    try:
        return str(make_header(decode_header(line)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return line


def base64url(raw: bytes) -> str:
    """As the API spells bytes."""
    return base64.urlsafe_b64encode(raw).decode("ascii")


def from_base64url(text: str) -> bytes:
    """The bytes of either alphabet, with or without padding. Raises: ValueError."""
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def payload(raw: bytes) -> dict[str, Any]:
    """The tree of parts of format `full`."""
    return _part(message_from_bytes(raw), "")


def heading(raw: bytes, names: list[str]) -> dict[str, Any]:
    """The payload of format `metadata`: the headers of these names, or all, in their order."""
    mail = message_from_bytes(head(raw))
    wanted = {name.lower() for name in names}
    found = [each for each in _headers(mail) if not wanted or each["name"].lower() in wanted]
    return {"mimeType": mail.get_content_type(), "headers": found}


def attachment(raw: bytes, attachment_id: str) -> bytes | None:
    """The content of an attachment; None when there is none of that id."""
    for part_id, part in _leaves(message_from_bytes(raw), ""):
        if attachment_key(part_id) == attachment_id:
            return _content(part)
    return None


def attachment_key(part_id: str) -> str:
    """The attachment id of a part. Gmail's changes with every look; this one stays."""
    return base64url(f"ANGjdJ-part-{part_id}".encode()).rstrip("=")


def has_attachment(raw: bytes) -> bool:
    """True when a part has a file name."""
    return any(part.get_filename() for part in message_from_bytes(raw).walk())


def text(raw: bytes) -> str:
    """The words of the mail, roughly: for searching and for the snippet."""
    for _, part in _leaves(message_from_bytes(raw), ""):
        if part.get_content_maintype() == "text" and not part.get_filename():
            words = _content(part).decode(_charset(part), "replace")
            return _TAGS.sub(" ", words) if part.get_content_subtype() == "html" else words
    return ""


def snippet(raw: bytes) -> str:
    """The first words; simple mails are not parsed for it."""
    top = head(raw)
    if b"ultipart/" in top or b"base64" in top or b"uoted-printable" in top:
        words = text(raw)
    else:
        words = raw[len(top) : len(top) + 2 * _SNIPPET].decode("utf-8", "replace")
    return escape(_BLANKS.sub(" ", words).strip()[:_SNIPPET])


def _part(part: Message, part_id: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "partId": part_id,
        "mimeType": part.get_content_type(),
        "filename": readable(part.get_filename() or ""),
        "headers": _headers(part),
    }
    if part.is_multipart():
        children = enumerate(_children(part))
        return shown | {
            "body": {"size": 0},
            "parts": [_part(child, _below(part_id, number)) for number, child in children],
        }
    content = _content(part)
    if shown["filename"]:
        return shown | {"body": {"attachmentId": attachment_key(part_id), "size": len(content)}}
    return shown | {"body": {"size": len(content), "data": base64url(content)}}


def _leaves(part: Message, part_id: str) -> Iterator[tuple[str, Message]]:
    if not part.is_multipart():
        yield part_id, part
        return
    for number, child in enumerate(_children(part)):
        yield from _leaves(child, _below(part_id, number))


def _children(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [each for each in inside if isinstance(each, Message)] if isinstance(inside, list) else []


def _below(part_id: str, number: int) -> str:
    return f"{part_id}.{number}" if part_id else str(number)


def _headers(part: Message) -> list[dict[str, str]]:
    return [{"name": name, "value": readable(str(value))} for name, value in part.items()]


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: Message) -> str:
    name = part.get_content_charset("utf-8")
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name

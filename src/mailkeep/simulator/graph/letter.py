"""One mail's content, read only as far as somebody asks; every copy of it in every mailbox shares it."""

import email
import email.policy
import re
from datetime import datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache

import msgspec

_PREVIEW = 255
_MESSAGE_ID = re.compile(rb"^message-id:\s*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


class Enclosure(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the mail."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


class Letter:
    """The bytes of one mail and what can be read in them; hostile bytes give empty values, never an exception.

    Only what was read last is remembered, so that a million letters weigh little more than their bytes.
    """

    __slots__ = ("message_id", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        found = _MESSAGE_ID.search(raw, 0, head_length(raw))
        self.message_id = found[1].strip().decode("utf-8", "replace") if found else ""
        """With its angle brackets; empty where there is none."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Names and unfolded values, top down."""
        return tuple((name, _unfolded(str(value))) for name, value in _head_of(self.raw).items())

    @property
    def subject(self) -> str:
        """Decoded."""
        return _decoded(self.header("Subject"))

    @property
    def date(self) -> datetime | None:
        """What the Date header says."""
        try:
            return parsedate_to_datetime(self.header("Date"))
        except (ValueError, TypeError):
            return None

    @property
    def conversation(self) -> str:
        """The Message-ID with which its conversation began, as far as the mail says."""
        return (self.header("References").split() or self.header("In-Reply-To").split() or [self.message_id])[0]

    @property
    def body(self) -> tuple[str, str]:
        """("html" or "text", content): what a mail program shows."""
        return _body_of(self.raw)

    @property
    def preview(self) -> str:
        """The first words."""
        return _preview_of(self.raw)

    @property
    def enclosures(self) -> tuple[Enclosure, ...]:
        """The files in it."""
        return _enclosures_in(self.raw)

    def header(self, name: str) -> str:
        """The first one of this name as it stands; empty where there is none."""
        return str(_head_of(self.raw).get(name, ""))

    def people(self, name: str) -> list[tuple[str, str]]:
        """(name, address) of everybody in the headers of this name."""
        return list(_people_in(self.raw, name))


@lru_cache(maxsize=512)
def letter_of(raw: bytes) -> Letter:
    """The letter of these bytes; one object for copies delivered near in time."""
    return Letter(raw)


def head_length(raw: bytes) -> int:
    """Where the headers end, the line end of the last one included; everything where no empty line follows."""
    ends = [at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0]
    return min(ends) + (2 if raw[min(ends)] == 13 else 1) if ends else len(raw)


@lru_cache(maxsize=1024)
def _head_of(raw: bytes) -> Message:
    return email.message_from_bytes(raw[: head_length(raw)], policy=email.policy.compat32)


@lru_cache(maxsize=64)
def _leaves_of(raw: bytes) -> tuple[Message, ...]:
    whole = email.message_from_bytes(raw, policy=email.policy.compat32)
    return tuple(part for part in whole.walk() if not part.is_multipart())


@lru_cache(maxsize=256)
def _body_of(raw: bytes) -> tuple[str, str]:
    for kind in ("html", "plain"):
        for part in _leaves_of(raw):
            if part.get_content_type() == f"text/{kind}" and not part.get_filename():
                return ("html" if kind == "html" else "text", _text_of(part))
    return "text", ""


@lru_cache(maxsize=1024)
def _preview_of(raw: bytes) -> str:
    for part in _leaves_of(raw):
        if part.get_content_type() == "text/plain" and not part.get_filename():
            return " ".join(_text_of(part).split())[:_PREVIEW]
    return ""


@lru_cache(maxsize=64)
def _enclosures_in(raw: bytes) -> tuple[Enclosure, ...]:
    return tuple(
        Enclosure(
            name=_decoded(part.get_filename() or "attachment"),
            content_type=part.get_content_type(),
            content=_bytes_of(part),
            content_id=str(part.get("Content-ID", "")).strip("<> "),
        )
        for part in _leaves_of(raw)
        if part.get_filename() or part.get_content_maintype() not in {"text", "multipart"}
    )


@lru_cache(maxsize=4096)
def _people_in(raw: bytes, name: str) -> tuple[tuple[str, str], ...]:
    found = getaddresses([_unfolded(str(value)) for value in _head_of(raw).get_all(name, [])])
    return tuple((_decoded(shown), address) for shown, address in found if address)


def _unfolded(value: str) -> str:
    return " ".join(value.split()) if "\n" in value or "\r" in value else value


@lru_cache(maxsize=4096)
def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(_unfolded(value))))
    except (ValueError, LookupError):
        return _unfolded(value)


def _bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text_of(part: Message) -> str:
    try:
        return _bytes_of(part).decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return _bytes_of(part).decode("utf-8", "replace")

"""The Message-ID in a mail's header, for connectors whose provider cannot be asked for it exactly."""

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header

HEAD_BYTES = 256 * 1024
"""So much of a mail is looked through for its header."""
FIELD = re.compile(rb"(?mi)^Message-ID[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)")
HEADER_END = re.compile(rb"\n\r?\n")
ANGLED = re.compile(r"<([^<>]+)>")
PLAIN = re.compile(r"[A-Za-z0-9@.=_+-]+")
UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def carries(raw: bytes, message_id: str) -> bool:
    """True when the mail's own Message-ID is this one; blanks, folds and control characters make no difference.

    Takes: the mail, or its first lines; the Message-ID without angle brackets.
    """
    wanted = _bare(message_id)
    return wanted != "" and _bare(message_id_in(raw)) == wanted


def message_id_in(raw: bytes) -> str:
    """The Message-ID without angle brackets; the first where there are several, empty where there is none."""
    head = raw[:HEAD_BYTES]
    end = HEADER_END.search(head)
    found = FIELD.search(head, 0, end.start() + 1 if end else len(head))
    text = _text(found[1]) if found else ""
    angled = ANGLED.search(text)
    return angled[1] if angled else text.strip("<> \t\r\n")


def longest_plain(message_id: str) -> str:
    """The longest run of it that any search understands, whatever odd characters stand around; may be empty."""
    return max(PLAIN.findall(message_id), key=len, default="")


def _text(value: bytes) -> str:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return text


def _bare(message_id: str) -> str:
    return UNSEEN.sub("", message_id)

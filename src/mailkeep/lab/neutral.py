"""Takes away what tells where a labelled mail was collected, so that a score cannot live on it.

Public sets give themselves away: honeypot mail by its tenant's headers, list mail by its footers, old ham by its dates. Every
class goes through the same call. Kept: what the sender wrote. Dropped: what the collecting mailbox, list or filter added.
The receiving host's verdict becomes one Authentication-Results line of our own test boundary, or none.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from mailkeep.mail import AuthHeader, parse

SENDERS_OWN = frozenset(
    (
        "from",
        "reply-to",
        "sender",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "importance",
        "x-priority",
        "in-reply-to",
        "references",
        "list-unsubscribe",
        "list-unsubscribe-post",
    )
)
"""Header names that the sender's own system writes."""

BOUNDARY = "mx.lab.invalid"
"""authserv-id of the test boundary."""

RECIPIENT = b"alex.morgan@lab.invalid"

COLLECTORS = re.compile(
    rb"(?i)\bphish(?:ing)?@pot(?:\.(?:org|com))?(?:@(?:hotmail|outlook)\.com)?|\bphish\.me\.again@gmail\.com"
    rb"|\b(?:yyyy|zzzz|jm)@(?:localhost\.)?(?:netnoteinc\.com|spamassassin\.taint\.org|example\.com)"
)
"""Addresses under which the public sets were collected."""

LIST_TAG = re.compile(rb"(?i)^((?:re|aw|fwd?|sv):\s*)*\[[^\]]{2,40}\]\s*")
FOOTER_LINE = re.compile(rb"(?i)mailing list|unsubscribe|majordomo|mailman|\blists?\.")
"""Words of a list's own footer."""
FOOTER_MARKS = (b"\n" + b"_" * 20, b"\n-- \n", b"\n-- \r\n")
FOOTER_LINES = 9
FOOTER_BYTES = 1_500
"""A list's footer is looked for in so many last bytes of the mail."""
IDENTITIES = frozenset({"smtp.mailfrom", "header.d", "header.from"})
WINDOW_START = datetime(2026, 1, 1, tzinfo=UTC)


def neutral(raw: bytes, *, keep_authentication: bool = True) -> bytes:
    """The mail as its sender wrote it, delivered to the test recipient within one window of dates.

    Takes: raw bytes of any class; `keep_authentication` False also drops the recorded SPF, DKIM and DMARC results.
    Gives: raw bytes. Raises: nothing.
    """
    head, gap, body = _split(raw)
    kept: list[bytes] = [b"To: " + RECIPIENT]
    seen: set[str] = set()
    for line in re.split(rb"\r?\n(?![ \t])", head):
        name, colon, value = line.partition(b":")
        key = name.strip().lower().decode("latin-1")
        if not colon or line[:5] == b"From ":
            continue
        if key not in SENDERS_OWN or key in seen:
            continue
        seen.add(key)
        kept.append(name + b":" + _neutral_value(key, value, body))
    recorded = parse(raw).auth_headers if keep_authentication else ()
    if recorded and recorded[0].results:
        kept.insert(0, _results_line(recorded[0]))
    return b"\r\n".join(kept) + (gap or b"\r\n\r\n") + _without_footer(COLLECTORS.sub(RECIPIENT, body))


def _without_footer(body: bytes) -> bytes:
    tail = body[-FOOTER_BYTES:]
    mark = max(tail.rfind(each) for each in FOOTER_MARKS)
    lines = tail[mark + 1 :].splitlines() if mark >= 0 else []
    if not 1 < len(lines) <= FOOTER_LINES or not FOOTER_LINE.search(lines[1]):
        return body
    return body[: len(body) - len(tail) + mark + 1]


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    match = re.search(rb"\r?\n\r?\n", raw)
    if match is None:
        return raw, b"", b""
    return raw[: match.start()], match.group(), raw[match.end() :]


def _neutral_value(key: str, value: bytes, body: bytes) -> bytes:
    if key == "date":
        return _moved_date(value, body)
    if key == "subject":
        value = COLLECTORS.sub(b"", value)
        return b" " + LIST_TAG.sub(lambda match: match.group(1) or b"", value.strip())
    if key == "message-id":
        domain = value.rpartition(b"@")[2].strip(b" >\r\n") or b"x"
        return b" <" + hashlib.sha256(value).hexdigest()[:24].encode() + b"@" + domain + b">"
    return COLLECTORS.sub(RECIPIENT, value)


def _moved_date(value: bytes, body: bytes) -> bytes:
    """The same time of day on a day of the window that only the body decides; the era would give the class away."""
    try:
        at = parsedate_to_datetime(re.sub(r"\(.*?\)", "", value.decode("latin-1")).strip())
    except (ValueError, TypeError, IndexError):
        return value
    days = int.from_bytes(hashlib.sha256(body[:4000]).digest()[:4], "big") % 300
    there = WINDOW_START + timedelta(days=days)
    moved = at.replace(year=there.year, month=there.month, day=there.day)
    return b" " + format_datetime(moved if moved.tzinfo else moved.replace(tzinfo=UTC)).encode()


def _results_line(recorded: AuthHeader) -> bytes:
    wanted = ("spf", "dkim", "dmarc")
    parts: list[str] = []
    for method in wanted:
        found = next((r for r in recorded.results if r[0] == method), None)
        if found is None:
            continue
        properties = " ".join(f"{name}={value}" for name, value in found[2] if name in IDENTITIES)
        parts.append(f"{method}={found[1]} {properties}".strip())
    return f"Authentication-Results: {BOUNDARY}; {'; '.join(parts)}".encode("ascii", "replace")

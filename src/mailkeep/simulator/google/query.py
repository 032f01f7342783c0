"""Gmail's search words, those that matter to us.

`rfc822msgid: after: before: newer_than: older_than: in: label: is: has:attachment from: to: subject:`, plain words, and a
minus before any of them. Left out: OR, brackets, size, and the lag of Gmail's search index. Days are UTC days.
Source: support.google.com/mail/answer/7190.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from mailkeep.simulator.google import mime
from mailkeep.simulator.google.mailbox import HIDDEN, Mail, Mailbox

_WORD = re.compile(r'(-?)(?:([a-z0-9_]+):)?(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_SPAN = re.compile(r"(\d+)([hdmy])")
_DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_SECONDS = {"h": 3600, "d": 86_400, "m": 30 * 86_400, "y": 365 * 86_400}
_IS = {"unread": "UNREAD", "starred": "STARRED", "important": "IMPORTANT"}
Test = Callable[[Mail], bool]


class Query(msgspec.Struct, kw_only=True):
    """A search, ready to be put to mails."""

    tests: list[Test] = msgspec.field(default_factory=list)
    message_id: str = ""
    """The Message-ID asked for, where that is what was asked."""
    since_ms: int = 0
    """Nothing older fits."""
    hidden: bool = False
    """True when spam and trash were asked for by name."""

    def fits(self, mail: Mail) -> bool:
        """True when every word fits."""
        return all(test(mail) for test in self.tests)


def read_query(text: str, mailbox: Mailbox, now: float) -> Query:
    """The search that the words mean; words nobody knows are looked for in the text."""
    query = Query()
    for minus, key, quoted, bare in _WORD.findall(text):
        value = quoted or bare
        test = _test(query, key.lower(), value, mailbox, now) if key else None
        test = test or _has_words(f"{key}:{value}" if key else value)
        query.tests.append(_not(test) if minus else test)
        if minus:
            query.message_id, query.since_ms = "", 0
    return query


def _test(query: Query, key: str, value: str, mailbox: Mailbox, now: float) -> Test | None:
    if key == "rfc822msgid":
        query.message_id = value.strip("<>")
        return _same_id(query.message_id)
    if key in {"after", "newer", "newer_than"}:
        moment = _moment(value, now)
        query.since_ms = max(query.since_ms, moment)
        return lambda mail: mail.at_ms >= moment
    if key in {"before", "older", "older_than"}:
        moment = _moment(value, now)
        return lambda mail: mail.at_ms < moment
    if key in {"in", "label"}:
        return _place(query, value, mailbox)
    if key == "is":
        return _is(value.lower())
    if key == "has" and value.lower() == "attachment":
        return lambda mail: mime.has_attachment(mail.raw)
    if key in {"from", "to", "subject", "cc"}:
        wanted = value.lower()
        return lambda mail: wanted in mime.header(mail.raw, key).lower()
    return None


def _place(query: Query, value: str, mailbox: Mailbox) -> Test:
    if value.lower() == "anywhere":
        query.hidden = True
        return lambda _: True
    name = {"drafts": "DRAFT", "draft": "DRAFT"}.get(value.lower()) or mailbox.label_named(value)
    if name in HIDDEN:
        query.hidden = True
    return lambda mail: name in mail.labels


def _is(value: str) -> Test | None:
    if value == "read":
        return lambda mail: "UNREAD" not in mail.labels
    label = _IS.get(value)
    return None if label is None else lambda mail: label in mail.labels


def _moment(value: str, now: float) -> int:
    """Milliseconds of a span back from now ("7d"), of a day ("2026/03/02"), or of epoch seconds; 0 for anything else."""
    if span := _SPAN.fullmatch(value.lower()):
        return round((now - int(span[1]) * _SECONDS[span[2]]) * 1000)
    if day := _DAY.fullmatch(value):
        try:
            return round(datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=UTC).timestamp() * 1000)
        except ValueError:
            return 0
    return int(value) * 1000 if value.isascii() and value.isdigit() else 0


def _same_id(wanted: str) -> Test:
    return lambda mail: mail.message_id == wanted


def _has_words(words: str) -> Test:
    wanted = words.lower()
    return lambda mail: wanted in f"{mime.header(mail.raw, 'subject')} {mime.text(mail.raw)}".lower()


def _not(test: Test) -> Test:
    return lambda mail: not test(mail)

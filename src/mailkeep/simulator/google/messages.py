"""Mails over the wire: list, get, modify, trash, delete, send, import, attachments."""

import re
from collections.abc import Iterable
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from mailkeep.simulator.google import mime
from mailkeep.simulator.google.calls import NOTHING, Call, Refusal, Reply, Routes, answer, invalid, not_found
from mailkeep.simulator.google.mailbox import FIXED, HIDDEN, Mail, Mailbox
from mailkeep.simulator.google.query import Query, read_query
from mailkeep.simulator.google.scopes import DELETE, GLANCE, INSERT, METADATA, MODIFY, OPEN, OPEN_GLANCE, READ, SEND

MOST_IDS = 1000
"""Of batchModify and batchDelete."""
MOST_LABELS = 100
MOST_BYTES = 150 << 20
_ID = re.compile(r"[0-9a-f]{1,16}")
ROUTES = Routes()
_AT = "/gmail/v1/users/{userId}/messages"


# --- showing --------------------------------------------------------------------------------------------------------


def shown(call: Call, mail: Mail) -> dict[str, Any]:
    """The mail in the format that the query asks for. Raises: Refusal."""
    form = call.word("format", "full").lower()
    if form not in {"full", "metadata", "minimal", "raw"}:
        raise invalid(f"Invalid value at 'format': {form[:40]!r}")
    if form in {"full", "raw"} and not _reads_content(call):
        raise Refusal(403, "forbidden", f"Metadata scope doesn't allow format {form.upper()}")
    whole = brief(mail) | {
        "historyId": str(mail.history_id),
        "internalDate": str(mail.at_ms),
        "sizeEstimate": len(mail.raw),
    }
    if _reads_content(call):
        whole["snippet"] = mime.snippet(mail.raw)
    if form == "raw":
        whole["raw"] = mime.base64url(mail.raw)
    elif form == "full":
        whole["payload"] = mime.payload(mail.raw)
    elif form == "metadata":
        whole["payload"] = mime.heading(mail.raw, call.words("metadataHeaders"))
    return whole


def brief(mail: Mail) -> dict[str, Any]:
    """Ids and labels: what acts answer with."""
    labels = {"labelIds": sorted(mail.labels)} if mail.labels else {}
    return {"id": mail.id, "threadId": mail.thread, **labels}


def the_mail(mailbox: Mailbox, mail_id: str) -> Mail:
    """The mail of that id. Raises: Refusal 404, or 400 for what cannot be an id."""
    if not _ID.fullmatch(mail_id):
        raise invalid("Invalid id value")
    mail = mailbox.mails.get(mail_id)
    if mail is None:
        raise not_found()
    return mail


def _reads_content(call: Call) -> bool:
    assert call.grant is not None
    return not call.grant.scopes.isdisjoint(READ | OPEN)


# --- reading --------------------------------------------------------------------------------------------------------


def searched(call: Call, mailbox: Mailbox) -> tuple[list[Mail], bool, int]:
    """(one page of what the query asks for, newest first; whether more follows; how many at least there are)."""
    query = _query(call, mailbox)
    labels = frozenset(call.words("labelIds"))
    for label in labels:
        if not mailbox.knows(label):
            raise invalid(f"Invalid label: {label}")
    hidden = query.hidden or call.yes("includeSpamTrash") or bool(labels & HIDDEN)
    most = call.number("maxResults", 100, 500)
    found: list[Mail] = []
    below = _below(call.word("pageToken"))
    for mail in _candidates(mailbox, query, below):
        if not labels <= mail.labels or (not hidden and mail.labels & HIDDEN) or not query.fits(mail):
            continue
        if len(found) == most:
            return found, True, most + 1
        found.append(mail)
    return found, False, len(found)


def page_token(mail: Mail) -> str:
    """The page after this mail, whatever arrives meanwhile."""
    return f"{mail.at_ms:015d}{mail.seq:012d}"


@ROUTES.add("GET", _AT, "gmail.users.messages.list", GLANCE)
def list_messages(call: Call) -> Reply:
    """Ids, newest first."""
    found, more, least = searched(call, call.mailbox())
    page: dict[str, Any] = {"resultSizeEstimate": least}
    if found:
        page["messages"] = [{"id": mail.id, "threadId": mail.thread} for mail in found]
    if more:
        page["nextPageToken"] = page_token(found[-1])
    return answer(page)


@ROUTES.add("GET", f"{_AT}/{{id}}", "gmail.users.messages.get", OPEN_GLANCE)
def get_message(call: Call) -> Reply:
    """One mail; `raw` is byte-true."""
    return answer(shown(call, the_mail(call.mailbox(), call.params["id"])))


@ROUTES.add("GET", f"{_AT}/{{messageId}}/attachments/{{id}}", "gmail.users.messages.attachments.get", OPEN)
def get_attachment(call: Call) -> Reply:
    """The content of one attachment."""
    mail = the_mail(call.mailbox(), call.params["messageId"])
    content = mime.attachment(mail.raw, call.params["id"])
    if content is None:
        raise invalid("Invalid attachment token")
    return answer({"size": len(content), "data": mime.base64url(content)})


def _query(call: Call, mailbox: Mailbox) -> Query:
    text = call.word("q")
    if text and call.grant is not None and call.grant.scopes & METADATA and not _reads_content(call):
        raise Refusal(403, "forbidden", "Metadata scope does not support 'q' parameter")
    return read_query(text, mailbox, call.workspace.clock())


def _below(token: str) -> tuple[int, int] | None:
    if not token:
        return None
    if len(token) != 27 or not token.isascii() or not token.isdigit():
        raise invalid("Invalid pageToken")
    return int(token[:15]), int(token[15:])


def _candidates(mailbox: Mailbox, query: Query, below: tuple[int, int] | None) -> Iterable[Mail]:
    if not query.message_id:
        return mailbox.newest_first(below, query.since_ms)
    copies = sorted(mailbox.with_message_id(query.message_id), key=lambda mail: mail.place, reverse=True)
    return [mail for mail in copies if below is None or mail.place < below]


# --- acting ---------------------------------------------------------------------------------------------------------


def wanted_labels(call: Call, mailbox: Mailbox) -> tuple[list[str], list[str]]:
    """(to put on, to take off). Raises: Refusal for labels that do not exist or may not be changed."""
    wanted = call.json()
    on, off = wanted.get("addLabelIds") or [], wanted.get("removeLabelIds") or []
    if len(on) > MOST_LABELS or len(off) > MOST_LABELS:
        raise invalid(f"Too many labels: at most {MOST_LABELS} can be changed at once")
    for label in (*on, *off):
        if not isinstance(label, str) or not mailbox.knows(label) or label in FIXED:
            raise invalid(f"Invalid label: {label}")
    if set(on) & set(off):
        raise invalid("Cannot both add and remove the same label")
    if not on and not off:
        raise invalid("No label add or removes specified")
    return on, off


@ROUTES.add("POST", f"{_AT}/{{id}}/modify", "gmail.users.messages.modify", MODIFY)
def modify(call: Call) -> Reply:
    """Labels on and off one mail."""
    mailbox = call.mailbox()
    mail = the_mail(mailbox, call.params["id"])
    on, off = wanted_labels(call, mailbox)
    mailbox.relabel(mail, on, off)
    return answer(brief(mail))


@ROUTES.add("POST", f"{_AT}/batchModify", "gmail.users.messages.batchModify", MODIFY)
def batch_modify(call: Call) -> Reply:
    """Labels on and off many; ids of mails that are not there any more are passed over in silence."""
    mailbox = call.mailbox()
    on, off = wanted_labels(call, mailbox)
    for mail in _many(call, mailbox):
        mailbox.relabel(mail, on, off)
    return NOTHING


@ROUTES.add("POST", f"{_AT}/{{id}}/trash", "gmail.users.messages.trash", MODIFY)
def trash(call: Call) -> Reply:
    """Into the trash, out of the inbox."""
    mailbox = call.mailbox()
    mail = the_mail(mailbox, call.params["id"])
    mailbox.relabel(mail, add=("TRASH",))
    return answer(brief(mail))


@ROUTES.add("POST", f"{_AT}/{{id}}/untrash", "gmail.users.messages.untrash", MODIFY)
def untrash(call: Call) -> Reply:
    """Out of the trash; not back into the inbox."""
    mailbox = call.mailbox()
    mail = the_mail(mailbox, call.params["id"])
    mailbox.relabel(mail, remove=("TRASH",))
    return answer(brief(mail))


@ROUTES.add("DELETE", f"{_AT}/{{id}}", "gmail.users.messages.delete", DELETE)
def delete(call: Call) -> Reply:
    """Gone for good."""
    mailbox = call.mailbox()
    mailbox.remove(the_mail(mailbox, call.params["id"]))
    return NOTHING


@ROUTES.add("POST", f"{_AT}/batchDelete", "gmail.users.messages.batchDelete", DELETE)
def batch_delete(call: Call) -> Reply:
    """Many gone for good."""
    mailbox = call.mailbox()
    for mail in _many(call, mailbox):
        mailbox.remove(mail)
    return NOTHING


def _many(call: Call, mailbox: Mailbox) -> list[Mail]:
    ids = call.json().get("ids")
    if not isinstance(ids, list) or not ids:
        raise invalid("No message ids specified")
    if len(ids) > MOST_IDS:
        raise invalid(f"Too many message ids: at most {MOST_IDS}")
    return [mailbox.mails[each] for each in ids if each in mailbox.mails]


# --- putting --------------------------------------------------------------------------------------------------------


@ROUTES.add("POST", f"{_AT}/import", "gmail.users.messages.import", INSERT)
def import_message(call: Call) -> Reply:
    """A mail put in as if it had come by SMTP."""
    return _inserted(call, "dateHeader")


@ROUTES.add("POST", _AT, "gmail.users.messages.insert", INSERT)
def insert_message(call: Call) -> Reply:
    """A mail put in as it is."""
    return _inserted(call, "receivedTime")


@ROUTES.add("POST", f"{_AT}/send", "gmail.users.messages.send", SEND)
def send_message(call: Call) -> Reply:
    """Sends a mail: a copy with SENT in the own mailbox, which is also the one received when it goes to oneself."""
    person, workspace = call.person(), call.workspace
    raw = _raw(call)
    targets = [address for _, address in getaddresses([mime.header(raw, name) for name in ("to", "cc", "bcc")])]
    if not any(targets):
        raise invalid("Recipient address required")
    to_self = any(workspace.find(each) is person for each in targets)
    mail = workspace.put(person, raw, {"SENT", "INBOX", "UNREAD"} if to_self else {"SENT"})
    for target in targets:
        if target and workspace.find(target) is not person:
            workspace.send(person.address, target, raw)
    return answer(brief(mail))


def _inserted(call: Call, default_date: str) -> Reply:
    person, wanted = call.person(), call.json()
    raw = _raw(call)
    labels = wanted.get("labelIds") or []
    for label in labels:
        if not person.mailbox.knows(label):
            raise invalid(f"Invalid label: {label}")
    at = None
    if call.word("internalDateSource", default_date) == "dateHeader":
        try:
            at = parsedate_to_datetime(mime.header(raw, "date"))
        except ValueError:
            at = None
    return answer(brief(call.workspace.put(person, raw, labels, at)))


def _raw(call: Call) -> bytes:
    try:
        raw = mime.from_base64url(str(call.json().get("raw", "")))
    except ValueError as error:
        raise invalid("Invalid value at 'message.raw' (TYPE_BYTES)") from error
    if not raw:
        raise invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
    if len(raw) > MOST_BYTES:
        raise Refusal(413, "uploadTooLarge", "The message exceeds the maximum size.")
    return raw

"""Mails as they are found and shown over the wire: list, get, attachments."""

import re
from collections.abc import Iterable
from typing import Any

from mailkeep.simulator.google import mime
from mailkeep.simulator.google.calls import Call, Refusal, Reply, answer, invalid, not_found
from mailkeep.simulator.google.mailbox import HIDDEN, Mail, Mailbox
from mailkeep.simulator.google.query import Query, read_query
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import GLANCE, METADATA, OPEN, OPEN_GLANCE, READ

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

"""Conversations over the wire."""

from typing import Any

from mailkeep.simulator.google import mime
from mailkeep.simulator.google.acts import wanted_labels
from mailkeep.simulator.google.calls import Call, Reply, answer, not_found
from mailkeep.simulator.google.mailbox import Mail, Mailbox
from mailkeep.simulator.google.messages import brief, page_token, searched, shown
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import GLANCE, MODIFY, OPEN_GLANCE

ROUTES = Routes()
_AT = "/gmail/v1/users/{userId}/threads"


@ROUTES.add("GET", _AT, "gmail.users.threads.list", GLANCE)
def list_threads(call: Call) -> Reply:
    """Conversations with a mail that fits, newest first; a page may hold fewer than asked."""
    found, more, _ = searched(call, call.mailbox())
    first: dict[str, Mail] = {}
    for mail in found:
        first.setdefault(mail.thread, mail)
    page: dict[str, Any] = {"resultSizeEstimate": len(first)}
    if first:
        page["threads"] = [
            {"id": thread, "historyId": str(mail.history_id), "snippet": mime.snippet(mail.raw)}
            for thread, mail in first.items()
        ]
    if more:
        page["nextPageToken"] = page_token(found[-1])
    return answer(page)


@ROUTES.add("GET", f"{_AT}/{{id}}", "gmail.users.threads.get", OPEN_GLANCE)
def get_thread(call: Call) -> Reply:
    """Every mail of a conversation, oldest first."""
    mails = _mails(call.mailbox(), call.params["id"])
    last = max(mail.history_id for mail in mails)
    return answer({"id": mails[0].thread, "historyId": str(last), "messages": [shown(call, mail) for mail in mails]})


@ROUTES.add("POST", f"{_AT}/{{id}}/modify", "gmail.users.threads.modify", MODIFY)
def modify_thread(call: Call) -> Reply:
    """Labels on and off every mail of it."""
    mailbox = call.mailbox()
    mails = _mails(mailbox, call.params["id"])
    on, off = wanted_labels(call, mailbox)
    for mail in mails:
        mailbox.relabel(mail, on, off)
    return answer({"id": mails[0].thread, "messages": [brief(mail) for mail in mails]})


def _mails(mailbox: Mailbox, thread: str) -> list[Mail]:
    mails = mailbox.in_thread(thread)
    if not mails:
        raise not_found()
    return mails

"""What happened in a mailbox since an id, and the mailbox in short.

Ids grow with gaps and are no smaller than 2⁵³. The log is kept for a week; what is older answers 404.
"""

from collections.abc import Callable
from itertools import islice
from typing import Any

from mailkeep.simulator.google.calls import Call, Reply, answer, invalid, not_found
from mailkeep.simulator.google.mailbox import Event, Mailbox
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import GLANCE, PROFILE

KEPT_S = 7 * 86_400
_TYPES = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}
ROUTES = Routes()


@ROUTES.add("GET", "/gmail/v1/users/{userId}/history", "gmail.users.history.list", GLANCE)
def list_history(call: Call) -> Reply:
    """Everything after `startHistoryId`, oldest first. Messages carry id and thread alone."""
    mailbox = call.mailbox()
    mailbox.forget(call.workspace.clock() - KEPT_S)
    after, fits = _after(call, mailbox), _wished(call, mailbox)
    most = call.number("maxResults", 100, 500)
    found = list(islice(filter(fits, mailbox.after(after)), most + 1))
    page: dict[str, Any] = {"historyId": str(mailbox.history_id)}
    if len(found) > most:
        page["nextPageToken"] = str(found[most - 1].id)
    if found:
        page["history"] = [_shown(event) for event in found[:most]]
    return answer(page)


@ROUTES.add("GET", "/gmail/v1/users/{userId}/profile", "gmail.users.getProfile", PROFILE)
def get_profile(call: Call) -> Reply:
    """The address, the counts, and the newest history id."""
    mailbox = call.mailbox()
    return answer(
        {
            "emailAddress": mailbox.address,
            "messagesTotal": len(mailbox.mails),
            "threadsTotal": len({mail.thread for mail in mailbox.mails.values()}),
            "historyId": str(mailbox.history_id),
        }
    )


def _shown(event: Event) -> dict[str, Any]:
    mail = {"id": event.mail, "threadId": event.thread}
    change: dict[str, Any] = {"message": mail}
    if event.labels:
        change["labelIds"] = list(event.labels)
    return {"id": str(event.id), "messages": [mail], event.kind: [change]}


def _after(call: Call, mailbox: Mailbox) -> int:
    """The id that the page begins after. Raises: Refusal 404 for a start whose successors are not all known any more."""
    start = call.word("startHistoryId")
    if not start.isascii() or not start.isdigit() or int(start) == 0:
        raise invalid("Invalid startHistoryId")
    if not mailbox.begins <= int(start) <= mailbox.history_id:
        raise not_found()
    token = call.word("pageToken") or start
    if not token.isascii() or not token.isdigit():
        raise invalid("Invalid pageToken")
    return int(token)


def _wished(call: Call, mailbox: Mailbox) -> Callable[[Event], bool]:
    """Is this event of the wished kinds and label?"""
    kinds = {_TYPES.get(each, each) for each in call.words("historyTypes")}
    if kinds - set(_TYPES.values()):
        raise invalid("Invalid value at 'history_types'")
    label = call.word("labelId")
    if label and not mailbox.knows(label):
        raise invalid(f"Invalid label: {label}")
    return lambda event: (not kinds or event.kind in kinds) and (not label or label in event.on)

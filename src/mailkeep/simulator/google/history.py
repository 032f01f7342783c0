"""What happened in a mailbox since an id, and the mailbox in short.

Ids grow with gaps and are no smaller than 2⁵³. The log is kept for a week; what is older answers 404.
"""

from typing import Any

from mailkeep.simulator.google.calls import Call, Reply, answer, invalid, not_found
from mailkeep.simulator.google.mailbox import Event
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
    start = call.word("startHistoryId")
    if not start.isascii() or not start.isdigit() or int(start) == 0:
        raise invalid("Invalid startHistoryId")
    mailbox.forget(call.workspace.clock() - KEPT_S)
    if not mailbox.begins <= int(start) <= mailbox.history_id:
        raise not_found()
    after = call.word("pageToken") or start
    if not after.isascii() or not after.isdigit():
        raise invalid("Invalid pageToken")
    most = call.number("maxResults", 100, 500)
    kinds = {_TYPES.get(each, each) for each in call.words("historyTypes")}
    if kinds - set(_TYPES.values()):
        raise invalid("Invalid value at 'history_types'")
    label = call.word("labelId")
    if label and not mailbox.knows(label):
        raise invalid(f"Invalid label: {label}")
    page: dict[str, Any] = {"historyId": str(mailbox.history_id)}
    found: list[Event] = []
    for event in mailbox.after(int(after)):
        if (kinds and event.kind not in kinds) or (label and label not in event.on):
            continue
        if len(found) == most:
            page["nextPageToken"] = str(found[-1].id)
            break
        found.append(event)
    if found:
        page["history"] = [_shown(event) for event in found]
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

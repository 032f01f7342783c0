"""What is done to mails over the wire: labels on and off, trash, deletion."""

from mailkeep.simulator.google.calls import NOTHING, Call, Reply, answer, invalid
from mailkeep.simulator.google.mailbox import FIXED, Mail, Mailbox
from mailkeep.simulator.google.messages import brief, the_mail
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import DELETE, MODIFY

MOST_IDS = 1000
"""Of batchModify and batchDelete."""
MOST_LABELS = 100
ROUTES = Routes()
_AT = "/gmail/v1/users/{userId}/messages"


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

"""Mail put in over the wire: sent, imported, inserted."""

from email.utils import getaddresses, parsedate_to_datetime

from mailkeep.simulator.google import mime
from mailkeep.simulator.google.calls import Call, Refusal, Reply, answer, invalid
from mailkeep.simulator.google.messages import brief
from mailkeep.simulator.google.routes import Routes
from mailkeep.simulator.google.scopes import INSERT, SEND

MOST_BYTES = 150 << 20
ROUTES = Routes()
_AT = "/gmail/v1/users/{userId}/messages"


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

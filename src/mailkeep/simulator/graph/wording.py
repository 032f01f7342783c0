"""A message as Graph words it: one property, one line."""

import base64
import html
import re
from collections.abc import Callable
from datetime import UTC
from hashlib import blake2b
from typing import Any

from mailkeep.simulator.graph.mailbox import Mailbox
from mailkeep.simulator.graph.odata import chosen, moment
from mailkeep.simulator.graph.routes import GraphError, Request
from mailkeep.simulator.graph.tree import Item

KIND = "microsoft.graph.message"
_TAG = re.compile(r"<[^>]*>")
_OLDEST = 0.0


def change_key(item: Item) -> str:
    """What differs after every change."""
    return base64.b64encode(b"CQAAABYA" + item.touched.to_bytes(8)).decode()


def _person(people: list[tuple[str, str]]) -> dict[str, Any] | None:
    return _recipient(*people[0]) if people else None


def _people(people: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [_recipient(name, address) for name, address in people]


def _recipient(name: str, address: str) -> dict[str, Any]:
    return {"emailAddress": {"name": name or address, "address": address}}


def _subject(item: Item) -> str:
    return item.letter.subject if item.subject is None else item.subject


def _body(item: Item) -> dict[str, str]:
    kind, content = item.letter.body if item.body is None else item.body
    return {"contentType": kind, "content": content}


def _preview(item: Item) -> str:
    if item.body is None and item.letter.preview:
        return item.letter.preview
    return " ".join(html.unescape(_TAG.sub(" ", _body(item)["content"])).split())[:255]


def _sent(item: Item) -> str:
    said = item.letter.date
    if said is None:
        return moment(item.received)
    try:
        return moment(max(_OLDEST, (said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp()))
    except (ValueError, OverflowError):
        return moment(item.received)


def _conversation(item: Item) -> str:
    mark = blake2b(item.letter.conversation.encode(), digest_size=16).digest()
    return "AAQkAGVmMDEz" + base64.urlsafe_b64encode(mark).decode()


MESSAGE: dict[str, Callable[[Item], Any]] = {
    "createdDateTime": lambda item: moment(item.received),
    "lastModifiedDateTime": lambda item: moment(item.modified),
    "changeKey": change_key,
    "categories": lambda item: list(item.categories),
    "receivedDateTime": lambda item: moment(item.received),
    "sentDateTime": _sent,
    "hasAttachments": lambda item: any(not each.content_id for each in item.letter.enclosures),
    "internetMessageId": lambda item: item.letter.message_id or None,
    "subject": _subject,
    "bodyPreview": _preview,
    "importance": lambda item: item.importance,
    "conversationId": _conversation,
    "isDeliveryReceiptRequested": lambda _: False,
    "isReadReceiptRequested": lambda item: bool(item.letter.header("Disposition-Notification-To")),
    "isRead": lambda item: item.is_read,
    "isDraft": lambda item: item.is_draft,
    "inferenceClassification": lambda item: item.inference,
    "body": _body,
    "uniqueBody": _body,
    "sender": lambda item: _person(item.letter.people("Sender") or item.letter.people("From")),
    "from": lambda item: _person(item.letter.people("From")),
    "toRecipients": lambda item: _people(item.letter.people("To")),
    "ccRecipients": lambda item: _people(item.letter.people("Cc")),
    "bccRecipients": lambda item: _people(item.letter.people("Bcc")),
    "replyTo": lambda item: _people(item.letter.people("Reply-To")),
    "flag": lambda item: {"flagStatus": item.flag},
    "internetMessageHeaders": lambda item: [{"name": name, "value": value} for name, value in item.letter.headers],
}
"""Property → how it is told, but for those that name the mailbox."""
_PLACED = ("parentFolderId", "webLink")
_KNOWN = {**MESSAGE, **dict.fromkeys(_PLACED)}
CONTENT = frozenset({"body", "bodyPreview", "uniqueBody"})
"""What Mail.ReadBasic does not show."""
_ON_REQUEST = frozenset({"internetMessageHeaders", "uniqueBody"})
_DEFAULT = tuple(name for name in _KNOWN if name not in _ON_REQUEST)
_BASIC = tuple(name for name in _DEFAULT if name not in CONTENT)


class Wording:
    """Tells the messages of one mailbox as one request wants them."""

    def __init__(self, request: Request) -> None:
        self.mailbox: Mailbox = request.mailbox
        self.immutable = request.immutable
        self.fields = chosen(request, _KNOWN, _BASIC if request.basic else _DEFAULT, KIND)
        if request.basic and not CONTENT.isdisjoint(self.fields):
            raise GraphError(
                403, "ErrorAccessDenied", "Access is denied. Mail.ReadBasic.All does not show content: Mail.Read does."
            )

    def of(self, item: Item) -> dict[str, Any]:
        """One message."""
        spelled = self.mailbox.item_id(item, immutable=self.immutable)
        told: dict[str, Any] = {"@odata.etag": etag(item), "id": spelled}
        for name in self.fields:
            if name == "parentFolderId":
                told[name] = self.mailbox.folder_id(item.folder)
            elif name == "webLink":
                told[name] = f"https://outlook.office365.com/owa/?ItemID={spelled}&exvsurl=1&viewmodel=ReadMessageItem"
            else:
                told[name] = MESSAGE[name](item)
        return told


def etag(item: Item) -> str:
    """The entity tag."""
    return f'W/"{change_key(item)}"'

"""Google's JSON and ours: what its answers hold, and how its searches are written. No I/O.

Source: discovery documents gmail.v1, admin.directory_v1, pubsub.v1.
"""

import base64
import binascii
from datetime import datetime

import msgspec

from mailkeep.connect.chain import moment_of
from mailkeep.connect.gmail.labels import LABEL

SCOPE = "https://www.googleapis.com/auth/"
READ = SCOPE + "gmail.readonly"
READ_METADATA = SCOPE + "gmail.metadata"
MODIFY = SCOPE + "gmail.modify"
SEND = SCOPE + "gmail.send"
DIRECTORY = SCOPE + "admin.directory.user.readonly"
PUBSUB_SCOPE = SCOPE + "pubsub"

LIST_MOST = 500
"""Most entries of one page of messages.list, history.list and users.list."""

SYSTEM = frozenset({"INBOX", "SPAM", "TRASH", "UNREAD", "STARRED", "IMPORTANT", "SENT", "DRAFT", "CHAT"})
"""Labels whose id is also their name; CATEGORY_… are so too."""


class Named(msgspec.Struct, frozen=True, rename="camel"):
    """A mail as lists name it."""

    id: str
    label_ids: tuple[str, ...] = ()
    """Lists mostly leave them out."""


class MessageList(msgspec.Struct, frozen=True, rename="camel"):
    """messages.list: newest first."""

    messages: tuple[Named, ...] = ()
    next_page_token: str = ""


class Header(msgspec.Struct, frozen=True):
    """One header field, unfolded."""

    name: str
    value: str


class Payload(msgspec.Struct, frozen=True):
    """The top of a mail's parts; with format=metadata all there is."""

    headers: tuple[Header, ...] = ()


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """messages.get and messages.modify."""

    id: str
    label_ids: tuple[str, ...] = ()
    internal_date: str = "0"
    """Milliseconds since 1970: when Google took the mail in."""
    raw: str = ""
    """base64url, only with format=raw."""
    payload: Payload | None = None

    @property
    def received_at(self) -> datetime:
        """When Google took the mail in; one beyond the calendar becomes its end."""
        return moment_of(_number(self.internal_date) * 1_000_000)


class Moved(msgspec.Struct, frozen=True, rename="camel"):
    """A mail in a record of the history, and the labels that were added or removed."""

    message: Named
    label_ids: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """One change of a mailbox."""

    messages_added: tuple[Moved, ...] = ()
    messages_deleted: tuple[Moved, ...] = ()
    labels_added: tuple[Moved, ...] = ()
    labels_removed: tuple[Moved, ...] = ()


class HistoryList(msgspec.Struct, frozen=True, rename="camel"):
    """history.list: oldest first."""

    history: tuple[Record, ...] = ()
    next_page_token: str = ""
    history_id: str = ""
    """The newest change of the mailbox when this was answered."""


class Profile(msgspec.Struct, frozen=True, rename="camel"):
    """getProfile."""

    history_id: str
    messages_total: int = 0


class Label(msgspec.Struct, frozen=True, rename="camel"):
    """A label of a mailbox."""

    id: str
    name: str
    type: str = "user"
    messages_total: int = 0

    @property
    def mark(self) -> str:
        """The label in the form that outlives the mailbox."""
        return self.id if self.type == "system" else LABEL + self.name


class LabelList(msgspec.Struct, frozen=True):
    """labels.list."""

    labels: tuple[Label, ...] = ()


class Watched(msgspec.Struct, frozen=True, rename="camel"):
    """watch."""

    expiration: str
    """Milliseconds since 1970."""

    @property
    def expires_at(self) -> datetime:
        """When the last notice comes."""
        return moment_of(_number(self.expiration) * 1_000_000)


class User(msgspec.Struct, frozen=True, rename="camel"):
    """A user of the directory."""

    id: str
    primary_email: str
    aliases: tuple[str, ...] = ()
    suspended: bool = False
    archived: bool = False
    is_mailbox_setup: bool = True

    @property
    def reads_mail(self) -> bool:
        """True when there is a mailbox that can be reached."""
        return self.is_mailbox_setup and not (self.suspended or self.archived)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Lower case, the primary one first."""
        return tuple(address.lower() for address in (self.primary_email, *self.aliases))


class UserList(msgspec.Struct, frozen=True, rename="camel"):
    """users.list."""

    users: tuple[User, ...] = ()
    next_page_token: str = ""


class PulledMessage(msgspec.Struct, frozen=True, rename="camel"):
    """A notice as Pub/Sub keeps it."""

    data: str = ""


class Pulled(msgspec.Struct, frozen=True, rename="camel"):
    """A notice with the name under which it is acknowledged."""

    ack_id: str
    message: PulledMessage = PulledMessage()

    @property
    def address(self) -> str:
        """Whose mailbox changed, lower case; empty when the notice does not say."""
        try:
            told = msgspec.json.decode(base64.b64decode(self.message.data, altchars=b"-_"), type=_Told)
        except (msgspec.DecodeError, binascii.Error, ValueError, RecursionError):
            return ""
        return told.email_address.lower()


class PulledList(msgspec.Struct, frozen=True, rename="camel"):
    """subscriptions.pull."""

    received_messages: tuple[Pulled, ...] = ()


class _Told(msgspec.Struct, frozen=True, rename="camel"):
    email_address: str


def is_system(label_id: str) -> bool:
    """True when the id of a label is enough to know it."""
    return label_id in SYSTEM or label_id.startswith("CATEGORY_")


def bytes_of(message: Message) -> bytes:
    """The mail as it was accepted, byte for byte; of headers alone where no more may be read.

    Raises: ValueError when it is not what Google promises.
    """
    if message.payload is not None and not message.raw:
        lines = [f"{_one_line(header.name)}: {_one_line(header.value)}\r\n" for header in message.payload.headers]
        return "".join([*lines, "\r\n"]).encode("utf-8", "surrogateescape")
    return base64.urlsafe_b64decode(message.raw + "=" * (-len(message.raw) % 4))


def since_query(since: datetime) -> str:
    """The search for mail received then or later; it may give some of the second before."""
    return f"after:{int(since.timestamp()) - 1}"


def rfc822_query(message_id: str) -> str:
    """The search for every mail of this Message-ID."""
    return f"rfc822msgid:{message_id}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.lstrip("-").isdigit() else 0


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())

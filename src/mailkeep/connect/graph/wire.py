"""Graph's JSON in our nouns and back; nothing here asks anybody.

| Graph | ours |
|---|---|
| isRead | seen |
| isDraft | draft |
| flag.flagStatus flagged, complete | flagged, complete |
| category "Mailkeep: suspicious" | $MailkeepSuspicious |
| any other category X | category:X |

Source: Graph v1.0 metadata (message, mailFolder, user), "Get immutable identifiers for Outlook resources".
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Any
from urllib.parse import quote

import msgspec

from mailkeep.connect.answers import Answer, said
from mailkeep.connect.port import FLAG_KEYWORD, Unreachable
from mailkeep.people.directory import Mailbox

IMMUTABLE = 'IdType="ImmutableId"'
CATEGORY = "Mailkeep: suspicious"
"""What people see on a flagged mail."""
HEAD_FIELDS = "id,parentFolderId,receivedDateTime,isDraft,isRead,flag,categories"
BASIC_FIELDS = (
    "subject,from,sender,replyTo,toRecipients,ccRecipients,internetMessageId,sentDateTime,hasAttachments,importance"
)
"""What the metadata-only tier reads besides."""
LISTED_FIELDS = "id,parentFolderId,receivedDateTime,isDraft"
USER_FIELDS = "id,mail,userPrincipalName,proxyAddresses,userType"

RESYNC = frozenset({"syncstatenotfound", "syncstateinvalid", "resyncrequired"})
"""Codes that ask for a folder to be read anew."""
MALFORMED = frozenset(
    {"errorinvalididmalformed", "errorinvalidid", "errorinvalididempty", "errorcannotusefolderidforitemid"}
)
"""Codes for an id that never was one."""
UNREADABLE = frozenset(
    {"errormimecontentconversionfailed", "errorcontentconversionfailed", "erroritemcorrupt", "errormimecontentinvalid"}
)
"""Codes for a mail that Exchange itself cannot write out, today or tomorrow."""
NO_MAILBOX = frozenset(
    {"mailboxnotenabledforrestapi", "errorinvaliduser", "request_resourcenotfound", "errornonexistentmailbox"}
)
"""Codes for a user who is not there or has no mailbox that Graph reaches."""

ROLES = {
    "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
    "e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13": "Privileged Authentication Administrator",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
    "fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
    "194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
    "9360feb5-f418-4baa-8175-e2a00bac4301": "Directory Writers",
}
"""Template ids of directory roles. Source: Entra built-in roles."""
NO_ROLES = "0997a1d0-0d1d-4acb-b408-d5ca73121e90"
"""Stands in `wids` where there is no role."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a list or delta tells of a message."""

    id: str
    folder: str
    """Id of the folder it lies in."""
    received_at: datetime
    draft: bool = False
    """Not sent yet. It keeps its id when it is, so it must not have a verdict before."""
    seen: bool = False
    flag: str = "notFlagged"
    categories: tuple[str, ...] = ()

    @property
    def flags(self) -> frozenset[str]:
        """In the port's words."""
        found = {FLAG_KEYWORD if each == CATEGORY else f"category:{each}" for each in self.categories}
        if self.draft:
            found.add("draft")
        if self.seen:
            found.add("seen")
        if self.flag != "notFlagged":
            found.add(self.flag)
        return frozenset(found)


def head_of(row: Mapping[str, Any]) -> Head:
    """A message's metadata. Raises: Unreachable when it is none."""
    try:
        return Head(
            id=str(row["id"]),
            folder=str(row["parentFolderId"]),
            received_at=moment_of(str(row["receivedDateTime"])),
            draft=row.get("isDraft") is True,
            seen=row.get("isRead") is True,
            flag=str((row.get("flag") or {}).get("flagStatus") or "notFlagged"),
            categories=tuple(str(each) for each in row.get("categories") or ()),
        )
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise Unreachable(
            f"a message came without what was asked for ({type(error).__name__}: {error}). It is asked for again."
        ) from error


def changes_for(head: Head, flags: frozenset[str]) -> dict[str, Any]:
    """What to PATCH so that the message bears exactly these flags; empty where it does, as far as Graph can say them."""
    changes: dict[str, Any] = {}
    if head.seen != ("seen" in flags):
        changes["isRead"] = "seen" in flags
    flag = "flagged" if "flagged" in flags else "complete" if "complete" in flags else "notFlagged"
    if head.flag != flag:
        changes["flag"] = {"flagStatus": flag}
    wanted = {
        CATEGORY if each == FLAG_KEYWORD else each.removeprefix("category:") for each in flags if _is_category(each)
    }
    if set(head.categories) != wanted:
        kept = [each for each in head.categories if each in wanted]
        changes["categories"] = [*kept, *sorted(wanted.difference(kept))]
    return changes


def _is_category(flag: str) -> bool:
    return flag == FLAG_KEYWORD or flag.startswith("category:")


def flagged(head: Head) -> frozenset[str]:
    """The flags of a message that is to be flagged; a "complete" that its owner set is left alone."""
    return head.flags | {FLAG_KEYWORD} | (set() if head.flag == "complete" else {"flagged"})


def mailbox_of(row: Mapping[str, Any]) -> tuple[Mailbox, frozenset[str]] | None:
    """A user's mailbox and every name it is known by, lower case; None for a user without one, and for guests."""
    address = str(row.get("mail") or "").lower()
    identity = str(row.get("id") or "")
    if not address or not identity or str(row.get("userType") or "Member").lower() == "guest":
        return None
    proxies = (str(each) for each in row.get("proxyAddresses") or ())
    names = {each[5:].lower() for each in proxies if each.lower().startswith("smtp:")}
    names |= {address, identity.lower(), str(row.get("userPrincipalName") or "").lower()}
    return Mailbox(id=identity, address=address, person=identity), frozenset(names - {""})


def moment_of(spelled: str) -> datetime:
    """A moment as Graph writes it. Raises: ValueError."""
    found = datetime.fromisoformat(spelled)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def spelled(moment: datetime) -> str:
    """A moment as Graph reads it: whole seconds, rounded down."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def user_path(mailbox: str) -> str:
    """Path of a user."""
    return f"/users/{quote(mailbox, safe='@')}"


def message_path(mailbox: str, message: str) -> str:
    """Path of a message."""
    return f"{user_path(mailbox)}/messages/{quote(message, safe='')}"


def folder_path(mailbox: str, folder: str) -> str:
    """Path of a folder by id or well-known name."""
    return f"{user_path(mailbox)}/mailFolders/{quote(folder, safe='')}"


def query(options: Mapping[str, str]) -> str:
    """A query string, with its question mark."""
    return "?" + "&".join(f"{name}={quote(value, safe=',')}" for name, value in options.items())


def code_of(answer: Answer) -> str:
    """The code of an error, lower case."""
    return said(answer)[0].lower()


def mime_of(body: bytes) -> bytes:
    """A mail as a batch gives it: base64, or in the odd case plain text."""
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return body


def basic_mail(row: Mapping[str, Any]) -> bytes:
    """A mail of headers alone, from a message's metadata: all that the metadata-only tier can see."""
    lines = [f"{name}: {value}" for name, value in _basic_headers(row) if value]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def _basic_headers(row: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    told = row.get("internetMessageHeaders")
    if isinstance(told, list) and told:
        yield from ((_one_line(each.get("name")), _one_line(each.get("value"))) for each in told)
        return
    for name, field in (("From", "from"), ("Sender", "sender")):
        yield name, _people([row.get(field) or {}])
    for name, field in (("Reply-To", "replyTo"), ("To", "toRecipients"), ("Cc", "ccRecipients")):
        yield name, _people(row.get(field) or [])
    yield "Subject", Header(_one_line(row.get("subject")), "utf-8", maxlinelen=0).encode(splitchars="")
    yield "Message-ID", _one_line(row.get("internetMessageId"))
    sent = str(row.get("sentDateTime") or row.get("receivedDateTime") or "")
    if sent:
        yield "Date", format_datetime(moment_of(sent))
    yield "Importance", _one_line(row.get("importance"))


def _people(rows: Iterable[Mapping[str, Any]]) -> str:
    addresses = ((row.get("emailAddress") or {}) for row in rows)
    found = ((_one_line(each.get("name")), _one_line(each.get("address"))) for each in addresses)
    return ", ".join(formataddr(("" if name == address else name, address)) for name, address in found if address)


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())

"""Ids as Exchange gives them: opaque, case-sensitive, and of two kinds for a message.

The default id of a message names the folder it lies in and so changes with every move; the immutable one does not.
Source: Graph, "Get immutable identifiers for Outlook resources".
"""

import base64
import binascii
import struct
from uuid import UUID

import msgspec

_IMMUTABLE = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A"
_DEFAULT = "AAMkAGVmMDEzMTM4LTZmYWUtNDdkNC1hMDZi"
_FOLDER = "AQMkAGVmMDEzMTM4LTZmYWUtNDdkNC1hMDZi"
_ITEM_FORM = struct.Struct(">IHQI")
_STABLE_FORM = struct.Struct(">IQ")
_FOLDER_FORM = struct.Struct(">IHxxx")
_SPACE = UUID("6f1d3ab6-9f0c-4f3e-8a54-2f1f6c1e0b3d")


class MalformedIdError(ValueError):
    """Not the form of any id."""


class Spelled(msgspec.Struct, frozen=True, gc=False):
    """What an id of a message says."""

    mailbox: int
    item: int
    folder: int = 0
    """Folder number, 0 in an immutable id."""
    moves: int = 0
    """How often the message had moved when the id was given; 0 in an immutable id."""
    immutable: bool = False


def immutable_id(mailbox: int, item: int) -> str:
    """The id that stays through moves."""
    return _IMMUTABLE + base64.urlsafe_b64encode(_STABLE_FORM.pack(mailbox, item)).decode()


def default_id(mailbox: int, folder: int, item: int, moves: int) -> str:
    """The id that holds until the next move."""
    return _DEFAULT + base64.urlsafe_b64encode(_ITEM_FORM.pack(mailbox, folder, item, moves)).decode()


def folder_id(mailbox: int, folder: int) -> str:
    """A folder's only id."""
    return _FOLDER + base64.urlsafe_b64encode(_FOLDER_FORM.pack(mailbox, folder)).decode()


def read_message_id(spelled: str) -> Spelled:
    """What the id says. Raises: MalformedIdError."""
    try:
        if spelled.startswith(_IMMUTABLE):
            mailbox, item = _STABLE_FORM.unpack(base64.urlsafe_b64decode(spelled[len(_IMMUTABLE) :]))
            return Spelled(mailbox, item, immutable=True)
        if spelled.startswith(_DEFAULT):
            mailbox, folder, item, moves = _ITEM_FORM.unpack(base64.urlsafe_b64decode(spelled[len(_DEFAULT) :]))
            return Spelled(mailbox, item, folder, moves)
    except (binascii.Error, struct.error, ValueError) as error:
        raise MalformedIdError(spelled) from error
    raise MalformedIdError(spelled)


def read_folder_id(spelled: str) -> tuple[int, int]:
    """(mailbox number, folder number). Raises: MalformedIdError."""
    try:
        if spelled.startswith(_FOLDER):
            mailbox, folder = _FOLDER_FORM.unpack(base64.urlsafe_b64decode(spelled[len(_FOLDER) :]))
            return mailbox, folder
    except (binascii.Error, struct.error, ValueError) as error:
        raise MalformedIdError(spelled) from error
    raise MalformedIdError(spelled)


def guid(kind: int, number: int) -> str:
    """A GUID that is the same in every run; kind keeps users, apps and categories apart."""
    return str(UUID(int=_SPACE.int ^ (kind << 64) ^ number))

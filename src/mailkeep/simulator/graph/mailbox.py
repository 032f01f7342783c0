"""One mailbox: folders, messages, and the log of changes that delta queries read.

Every change gets the mailbox's next sequence number and a line in the log of the folder it happened in. A message's
`touched` is the number of its newest line, so that a walk over a log from any point gives each message once, at its newest
line, and again if it changes while the walk goes on.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mailkeep.simulator.graph.ids import default_id, folder_id, immutable_id, read_folder_id, read_message_id
from mailkeep.simulator.graph.letter import Letter

WELL_KNOWN = {
    "msgfolderroot": (1, "Top of Information Store", 0),
    "inbox": (2, "Inbox", 1),
    "drafts": (3, "Drafts", 1),
    "sentitems": (4, "Sent Items", 1),
    "deleteditems": (5, "Deleted Items", 1),
    "junkemail": (6, "Junk Email", 1),
    "outbox": (7, "Outbox", 1),
    "archive": (8, "Archive", 1),
    "conversationhistory": (9, "Conversation History", 1),
    "clutter": (10, "Clutter", 1),
    "syncissues": (11, "Sync Issues", 1),
    "conflicts": (12, "Conflicts", 11),
    "localfailures": (13, "Local Failures", 11),
    "serverfailures": (14, "Server Failures", 11),
    "scheduled": (15, "Scheduled", 1),
    "searchfolders": (16, "Search Folders", 0),
    "recoverableitemsroot": (17, "Recoverable Items", 0),
    "recoverableitemsdeletions": (18, "Deletions", 17),
}
"""Name in a path → (folder number, display name, number of the folder it lies in; 0: beside the mail tree)."""
HIDDEN_BY_BIRTH = frozenset({11, 12, 13, 14, 15})
ROOT, INBOX, DRAFTS, SENT, DELETED = 1, 2, 3, 4, 5
DELETIONS = 18
_FIRST_OWN = 100
_BY_NUMBER = {number: (name, shown, parent) for name, (number, shown, parent) in WELL_KNOWN.items()}


class AbsentError(LookupError):
    """No such message or folder."""


class TakenError(ValueError):
    """A folder of this name lies there already."""


@dataclass(slots=True, eq=False)
class Item:
    """One message."""

    number: int
    letter: Letter
    folder: int
    received: float
    """Unix time."""
    entered: int = 0
    """Sequence number of its arrival in the folder."""
    touched: int = 0
    """Sequence number of its newest change."""
    modified: float = 0.0
    """Unix time of it."""
    moves: int = 0
    is_read: bool = False
    is_draft: bool = False
    flag: str = "notFlagged"
    importance: str = "normal"
    inference: str = "focused"
    categories: tuple[str, ...] = ()
    subject: str | None = None
    """Set when somebody edited it."""
    body: tuple[str, str] | None = None
    """("html" or "text", content), set when somebody edited it."""
    gone: bool = False


@dataclass(slots=True, eq=False)
class Folder:
    """One folder."""

    number: int
    name: str
    parent: int
    hidden: bool = False
    items: dict[int, Item] = field(default_factory=dict)
    """By number, in the order of arrival here."""
    seqs: "array[int]" = field(default_factory=lambda: array("q"))
    """Log: sequence numbers, rising …"""
    lines: "array[int]" = field(default_factory=lambda: array("q"))
    """… and what each is about: item number and, in the lowest 16 bits, its moves; negative when it left."""

    def note(self, seq: int, item: Item, *, left: bool = False) -> None:
        """One line of the log."""
        line = item.number << 16 | item.moves & 0xFFFF
        self.seqs.append(seq)
        self.lines.append(-line if left else line)


@dataclass(slots=True, frozen=True)
class Change:
    """What happened to a message, for who wants to be told."""

    mailbox: "Mailbox"
    item: Item
    kind: str
    """ "created", "updated", "deleted"; a move is "deleted" in the one folder and "created" in the other."""
    folder: int
    moved: bool = False
    """Part of a move: the mailbox as a whole holds the message before and after."""


Listener = Callable[[Change], None]


class Mailbox:
    """All messages of one mailbox. Folders that everybody has are made when first looked at."""

    __slots__ = (
        "_by_message_id",
        "_clock", "_folders", "_listeners", "_next_folder", "_next_item", "_numbers", "_times",
        "categories", "folder_log", "items", "number", "purged", "seq",
        "valid_from",
    )  # fmt: skip

    def __init__(self, number: int, listeners: list[Listener], clock: Callable[[], float]) -> None:
        self.number = number
        self._clock = clock
        self.items: dict[int, Item] = {}
        self.seq = 0
        self.folder_log: list[tuple[int, int]] = []
        """(sequence number, folder number, negative when it was removed)."""
        self.purged: list[Item] = []
        """What was deleted for good, for tests to look at."""
        self.categories: dict[str, str] = {}
        """Master categories: name → colour."""
        self.valid_from = 0
        """Delta tokens older than this sequence number are not known any more."""
        self._folders: dict[int, Folder] = {}
        self._listeners = listeners
        self._by_message_id: dict[str, tuple[int, ...]] = {}
        self._times: array[float] = array("d")
        self._numbers: array[int] = array("q")
        self._next_item = 1
        self._next_folder = _FIRST_OWN

    # folders

    def folder(self, number: int) -> Folder:
        """The folder of this number. Raises: AbsentError."""
        found = self._folders.get(number)
        if found is None:
            if number not in _BY_NUMBER:
                raise AbsentError(number)
            _, shown, parent = _BY_NUMBER[number]
            found = self._folders[number] = Folder(number, shown, parent, hidden=number in HIDDEN_BY_BIRTH)
        return found

    def folder_at(self, spelled: str) -> Folder:
        """The folder by id or well-known name. Raises: AbsentError, MalformedIdError."""
        known = WELL_KNOWN.get(spelled.lower())
        if known is not None:
            return self.folder(known[0])
        mailbox, number = read_folder_id(spelled)
        if mailbox != self.number:
            raise AbsentError(spelled)
        return self.folder(number)

    def folders(self, parent: int | None = None) -> list[Folder]:
        """Every folder, or the children of one, in the order of their making."""
        every = [self.folder(number) for number in _BY_NUMBER]
        every += [folder for number, folder in self._folders.items() if number >= _FIRST_OWN]
        return every if parent is None else [folder for folder in every if folder.parent == parent]

    def lies_in(self, folder: Folder, ancestor: int) -> bool:
        """True for the folder itself and all below it."""
        while folder.number != ancestor:
            if folder.parent == 0:
                return False
            folder = self.folder(folder.parent)
        return True

    def visible(self, folder: Folder) -> bool:
        """True where the user's list of folders shows it."""
        while folder.number != ROOT:
            if folder.hidden or folder.parent == 0:
                return False
            folder = self.folder(folder.parent)
        return True

    def make_folder(self, name: str, parent: int = ROOT, *, hidden: bool = False) -> Folder:
        """A new folder. Raises: TakenError."""
        if any(folder.name.lower() == name.lower() for folder in self.folders(parent)):
            raise TakenError(name)
        folder = Folder(self._next_folder, name, parent, hidden=hidden)
        self._folders[folder.number] = folder
        self._next_folder += 1
        self.note_folder(folder.number)
        return folder

    def drop_folder(self, folder: Folder) -> None:
        """As a user deletes it: into Deleted Items, and from there for good; its messages become recoverable then."""
        if folder.number < _FIRST_OWN:
            raise TakenError(folder.name)
        if not self.lies_in(folder, DELETED):
            folder.parent = DELETED
            self.note_folder(folder.number)
            return
        for child in self.folders(folder.number):
            self.drop_folder(child)
        for item in tuple(folder.items.values()):
            self.move(item, self.folder(DELETIONS))
        del self._folders[folder.number]
        self.note_folder(-folder.number)

    def expire_deltas(self) -> None:
        """No delta token given so far is known any more."""
        self.seq += 1
        self.valid_from = self.seq

    def note_folder(self, number: int) -> None:
        """One line of the folders' log."""
        self.seq += 1
        self.folder_log.append((self.seq, number))

    def folder_id(self, folder: int) -> str:
        """The id of the folder of this number."""
        return folder_id(self.number, folder)

    # messages

    def item(self, spelled: str) -> Item:
        """The message by either id. Raises: AbsentError, MalformedIdError."""
        said = read_message_id(spelled)
        found = self.items.get(said.item)
        if found is None or said.mailbox != self.number:
            raise AbsentError(spelled)
        if not said.immutable and (said.folder, said.moves) != (found.folder, found.moves):
            raise AbsentError(spelled)
        return found

    def item_id(self, item: Item, *, immutable: bool) -> str:
        """The id of the kind that was asked for."""
        if immutable:
            return immutable_id(self.number, item.number)
        return default_id(self.number, item.folder, item.number, item.moves)

    def former_id(self, folder: Folder, line: int, *, immutable: bool) -> str:
        """The id under which a message that left this folder was known there. Takes: its line of the log, positive."""
        if immutable:
            return immutable_id(self.number, line >> 16)
        return default_id(self.number, folder.number, line >> 16, line & 0xFFFF)

    def put(self, letter: Letter, folder: Folder, received: float, *, read: bool = False, draft: bool = False) -> Item:
        """A new message in this folder."""
        item = Item(self._next_item, letter, folder.number, received, is_read=read, is_draft=draft)
        self._next_item += 1
        self._enlist(item, folder)
        return item

    def copy(self, item: Item, folder: Folder) -> Item:
        """A second message like this one."""
        twin = self.put(item.letter, folder, item.received, read=item.is_read, draft=item.is_draft)
        twin.flag, twin.importance, twin.inference = item.flag, item.importance, item.inference
        twin.categories, twin.subject, twin.body = item.categories, item.subject, item.body
        return twin

    def move(self, item: Item, folder: Folder) -> None:
        """The same message in another folder: its default id changes, its immutable one does not."""
        if folder.number == item.folder:
            return
        self._leave(item, moved=True)
        item.folder = folder.number
        item.moves += 1
        self._enter(item, folder, moved=True)

    def touch(self, item: Item) -> None:
        """Says that the message was changed where it lies."""
        self.seq += 1
        item.touched = self.seq
        item.modified = self._clock()
        self.folder(item.folder).note(self.seq, item)
        self._tell(item, "updated")

    def purge(self, item: Item) -> None:
        """For good."""
        self._leave(item, moved=False)
        del self.items[item.number]
        key = item.letter.message_id
        left = tuple(number for number in self._by_message_id.get(key, ()) if number != item.number)
        if left:
            self._by_message_id[key] = left
        else:
            self._by_message_id.pop(key, None)
        item.gone = True
        self.purged.append(item)

    def with_message_id(self, message_id: str) -> list[Item]:
        """Every copy of the mail with this Message-ID, angle brackets included."""
        return [self.items[number] for number in self._by_message_id.get(message_id, ())]

    def by_time(self, since: float | None = None, until: float | None = None) -> Iterator[Item]:
        """Messages received in [since, until], newest first."""
        first = 0 if since is None else bisect_left(self._times, since)
        last = len(self._times) if until is None else bisect_right(self._times, until)
        for at in range(last - 1, first - 1, -1):
            item = self.items.get(self._numbers[at])
            if item is not None:
                yield item

    def _enlist(self, item: Item, folder: Folder) -> None:
        self.items[item.number] = item
        key = item.letter.message_id
        self._by_message_id[key] = (*self._by_message_id.get(key, ()), item.number)
        at = bisect_right(self._times, item.received)
        self._times.insert(at, item.received)
        self._numbers.insert(at, item.number)
        self._enter(item, folder, moved=False)

    def _enter(self, item: Item, folder: Folder, *, moved: bool) -> None:
        self.seq += 1
        item.entered = item.touched = self.seq
        item.modified = self._clock()
        folder.items[item.number] = item
        folder.note(self.seq, item)
        self._tell(item, "created", moved=moved)

    def _leave(self, item: Item, *, moved: bool) -> None:
        folder = self.folder(item.folder)
        self.seq += 1
        del folder.items[item.number]
        folder.note(self.seq, item, left=True)
        self._tell(item, "deleted", moved=moved)

    def _tell(self, item: Item, kind: str, *, moved: bool = False) -> None:
        for listener in self._listeners:
            listener(Change(self, item, kind, item.folder, moved))

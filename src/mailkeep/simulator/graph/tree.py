"""The folders of one mailbox: those everybody has, made when first looked at, and the owner's own."""

from array import array
from dataclasses import dataclass, field

from mailkeep.simulator.graph.ids import folder_id, read_folder_id
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
ROOT, INBOX, DELETED = 1, 2, 5
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

    @property
    def is_everybodys(self) -> bool:
        """True for a folder that no user can remove."""
        return self.number < _FIRST_OWN

    def note(self, seq: int, item: Item, *, left: bool = False) -> None:
        """One line of the log."""
        line = item.number << 16 | item.moves & 0xFFFF
        self.seqs.append(seq)
        self.lines.append(-line if left else line)


class Tree:
    """All folders, and the log of changes among them."""

    __slots__ = ("_folders", "_next_folder", "folder_log", "number", "seq", "valid_from")

    def __init__(self, number: int) -> None:
        self.number = number
        """Of the mailbox."""
        self.seq = 0
        """Number of the mailbox's newest change, of a message or a folder."""
        self.valid_from = 0
        """Delta tokens older than this are not known any more."""
        self.folder_log: list[tuple[int, int]] = []
        """(sequence number, folder number, negative when it was removed)."""
        self._folders: dict[int, Folder] = {}
        self._next_folder = _FIRST_OWN

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

    def folder_named(self, shown: str) -> Folder:
        """The first folder that shows this name. Raises: AbsentError."""
        for folder in self.folders():
            if folder.name == shown:
                return folder
        raise AbsentError(shown)

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

    def _forget(self, folder: Folder) -> None:
        """The folder is no more."""
        del self._folders[folder.number]
        self.note_folder(-folder.number)

"""One mailbox: its messages, and the log of changes that delta queries read.

Every change gets the mailbox's next sequence number and a line in the log of the folder it happened in. A message's
`touched` is the number of its newest line, so that a walk over a log from any point gives each message once, at its newest
line, and again if it changes while the walk goes on.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mailkeep.simulator.graph.ids import default_id, immutable_id, read_message_id
from mailkeep.simulator.graph.letter import Letter
from mailkeep.simulator.graph.tree import DELETED, DELETIONS, AbsentError, Folder, Item, TakenError, Tree


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


class Mailbox(Tree):
    """All messages of one mailbox, in its folders."""

    __slots__ = (
        "_by_message_id", "_clock", "_listeners", "_next_item", "_numbers", "_times", "categories", "items", "purged",
    )  # fmt: skip

    def __init__(self, number: int, listeners: list[Listener], clock: Callable[[], float]) -> None:
        super().__init__(number)
        self.items: dict[int, Item] = {}
        """By number."""
        self.purged: list[Item] = []
        """What was deleted for good, for tests to look at."""
        self.categories: dict[str, str] = {}
        """Master categories: name → colour."""
        self._clock = clock
        self._listeners = listeners
        self._by_message_id: dict[str, tuple[int, ...]] = {}
        self._times: array[float] = array("d")
        self._numbers: array[int] = array("q")
        self._next_item = 1

    def drop_folder(self, folder: Folder) -> None:
        """As a user deletes it: into Deleted Items, and from there for good; its messages become recoverable then."""
        if folder.is_everybodys:
            raise TakenError(folder.name)
        if not self.lies_in(folder, DELETED):
            folder.parent = DELETED
            self.note_folder(folder.number)
            return
        for child in self.folders(folder.number):
            self.drop_folder(child)
        for item in tuple(folder.items.values()):
            self.move(item, self.folder(DELETIONS))
        self._forget(folder)

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

    def sent(self, draft: Item, folder: Folder) -> None:
        """The letter leaves, and its copy lies in this folder: the same message, of this moment."""
        at = self._numbers.index(draft.number)
        del self._numbers[at], self._times[at]
        draft.is_draft, draft.received = False, self._clock()
        self._file(draft)
        self.move(draft, folder)

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
        self._file(item)
        self._enter(item, folder, moved=False)

    def _file(self, item: Item) -> None:
        at = bisect_right(self._times, item.received)
        self._times.insert(at, item.received)
        self._numbers.insert(at, item.number)

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

"""Mailboxes as Maildirs: a folder with one Maildir++ per mailbox, or a single Maildir.

Cursor: `chain.Chain` in the order of arrival, over the unique name and size of every mail, not over its folder: a mail
that only moved or changed flags is not handed over twice.

| Act | Deed | Undo |
|---|---|---|
| quarantine | rename into `.Mailkeep Quarantine/cur` | rename back |
| delete | rename into the trash folder (`.Trash` where none is known by name) | rename back |
| flag | the letter F | the letters as before; FLAG_KEYWORD has no place in a Maildir and is not set |
| restore | rename; a removed folder is made again, a mail from `new` lies there again | |

A rename is atomic and the directories are synced, so a crash leaves the mail in exactly one place.

Limits: a program that gives a mail a new unique name when it moves it (Dovecot and mutt do) makes a new mail of it: the
old one is gone, the new one is delivered. Files named by a dot, links and pipes are no mail. Who may write into a mailbox
may give mail any date and any name.

Source: https://cr.yp.to/proto/maildir.html; Maildir++ as Courier and Dovecot lay it out.
"""

import os
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from datetime import datetime
from pathlib import Path

import msgspec

from mailkeep.connect.chain import MOST_BYTES, PAGE_BYTES, Item, moment_of, nanoseconds, wanted
from mailkeep.connect.folders import Role, role_of
from mailkeep.connect.maildir_names import RECENT, directory_name
from mailkeep.connect.maildir_tree import Letter, Listing, Tree, holds_mail, is_maildir
from mailkeep.connect.message_ids import HEAD_BYTES, carries
from mailkeep.connect.port import (
    QUARANTINE_FOLDER,
    Delivery,
    Done,
    Gone,
    Listed,
    Outcome,
    Page,
    Ref,
    Refused,
    State,
    Unreachable,
)
from mailkeep.connect.trouble import disk_trouble, in_thread
from mailkeep.connect.watching import Standing, stirrings
from mailkeep.people.directory import Mailbox

TRIES = 5
"""How often a mail is looked for again when its user moved it between our looking and our acting."""
MOST_BROKEN = 32
"""So many mails of one page may be unreadable for reasons of the disk before the disk itself is the trouble."""


class MaildirTenant:
    """Every Maildir in a folder."""

    kind = "maildir"

    def __init__(self, root: Path, addresses: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.addresses = addresses or {}
        """Mailbox name → address, for mailboxes that are not named by their address."""
        self._trees: dict[str, Tree] = {}

    async def mailboxes(self) -> tuple[Mailbox, ...]:
        """One for each Maildir, by name; the name is the address where it looks like one."""
        return await in_thread("listing the mailboxes", self._mailboxes)

    async def count(self, mailbox: Mailbox, since: datetime | None = None) -> int:
        """How many mails lie there."""
        floor = nanoseconds(since) if since else 0
        letters, _ = await in_thread(f"counting the mail of {mailbox.id}", lambda: self._delivered(mailbox.id))
        return sum(letter.item.received_ns >= floor for letter in letters)

    async def fetch(self, mailbox: Mailbox, cursor: str | None, *, limit: int, since: datetime | None = None) -> Page:
        """What the cursor has not covered, the oldest first."""
        return await in_thread(
            f"reading the mail of {mailbox.id}", lambda: self._fetch(mailbox.id, cursor, limit, since)
        )

    async def again(self, ref: Ref) -> Delivery:
        """The mail, wherever it lies."""
        return await in_thread(f"reading mail {ref.id} of {ref.mailbox}", lambda: self._again(ref))

    async def listed(self, mailbox: Mailbox, since: datetime) -> tuple[Listed, ...]:
        """Every mail received since then, by listing the directories anew."""
        return await in_thread(f"listing the mail of {mailbox.id}", lambda: self._listed(mailbox.id, since))

    async def find(self, mailbox: Mailbox, message_id: str) -> tuple[Ref, ...]:
        """Every copy. Costs: the first bytes of every mail in the mailbox are read."""
        return await in_thread(f"searching {mailbox.id}", lambda: self._find(mailbox.id, message_id))

    async def state(self, ref: Ref) -> State:
        """Its folder and flags."""
        return await in_thread(
            f"looking for mail {ref.id} of {ref.mailbox}", lambda: self._tree(ref.mailbox).find(ref).state
        )

    async def quarantine(self, ref: Ref) -> Outcome:
        """Into our own folder."""
        return await self._acted(ref, "quarantining", lambda now: _moved(now, QUARANTINE_FOLDER), QUARANTINE_FOLDER)

    async def delete(self, ref: Ref) -> Outcome:
        """Into the trash."""
        trash = await in_thread(f"looking for the trash of {ref.mailbox}", lambda: self._trash(ref.mailbox))
        return await self._acted(ref, "deleting", lambda now: _moved(now, trash), trash)

    async def flag(self, ref: Ref) -> Outcome:
        """With the letter F."""
        return await self._acted(ref, "flagging", _flagged)

    async def restore(self, ref: Ref, state: State) -> Outcome:
        """As it was."""
        return await self._acted(ref, "restoring", lambda _: state, state.folder)

    async def changes(self) -> AsyncGenerator[Mailbox, None]:
        """Mailboxes that stir, by the kernel's notices."""
        async with aclosing(stirrings(self.root, self._sweep, self._owner)) as stirred:
            async for mailbox in stirred:
                yield self._mailbox(mailbox)

    async def close(self) -> None:
        """Forgets what was listed."""
        self._trees.clear()

    async def _acted(self, ref: Ref, doing: str, change: Callable[[State], State], target: str = "") -> Outcome:
        return await in_thread(
            f"{doing} mail {ref.id} of {ref.mailbox}", lambda: self._act(self._tree(ref.mailbox), ref, change, target)
        )

    def _act(self, tree: Tree, ref: Ref, change: Callable[[State], State], target: str) -> Outcome:
        """The mail brought from its state to the changed one; looked for again when its user moves it under our hands."""
        for _ in range(TRIES):
            try:
                letter = tree.find(ref, target)
            except Gone:
                return Outcome(done=Done.GONE, ref=ref)
            wanted_state = change(letter.state)
            now = msgspec.structs.replace(ref, folder=wanted_state.folder)
            if wanted_state == letter.state:
                return Outcome(done=Done.ALREADY, ref=now)
            try:
                tree.move(letter, wanted_state)
            except FileNotFoundError:
                continue
            return Outcome(done=Done.DONE, ref=now)
        raise Unreachable(f"{tree.root}: mail {ref.id} moves faster than it can be followed; it is tried again.")

    def _fetch(self, mailbox: str, cursor: str | None, limit: int, since: datetime | None) -> Page:
        letters, skipped = self._delivered(mailbox)
        by_item = {letter.item: letter for letter in letters}
        owed = wanted(cursor, by_item, since)
        reader = Reader(mailbox)
        for item in owed.items:
            if len(reader.handed) >= limit or reader.size >= PAGE_BYTES:
                break
            reader.read(by_item[item])
        return Page(
            deliveries=tuple(reader.deliveries),
            cursor=owed.after(reader.handed),
            more=len(owed.items) > len(reader.handed) + reader.passed,
            skipped=(*skipped, *reader.skipped),
        )

    def _delivered(self, mailbox: str) -> tuple[list[Letter], list[tuple[str, str]]]:
        """The mails of every folder that is delivered, and what could not be read."""
        listing = _delivered(self._tree(mailbox))
        return listing.letters, listing.skipped

    def _listed(self, mailbox: str, since: datetime) -> tuple[Listed, ...]:
        floor = nanoseconds(since)
        return tuple(
            Listed(id=str(letter.named), folder=letter.folder, received_at=moment_of(letter.item.received_ns))
            for letter in _delivered(Tree(self._tree(mailbox).root)).letters
            if letter.usable and letter.item.received_ns >= floor
        )

    def _find(self, mailbox: str, message_id: str) -> tuple[Ref, ...]:
        return tuple(
            Ref(mailbox=mailbox, id=str(letter.named), folder=letter.folder)
            for letter in self._tree(mailbox).listing().letters
            if letter.usable and _carries(letter.path, message_id)
        )

    def _again(self, ref: Ref) -> Delivery:
        for _ in range(TRIES):
            letter = self._tree(ref.mailbox).find(ref)
            try:
                return delivery_of(ref.mailbox, letter, read_bytes(letter.path))
            except FileNotFoundError:
                continue
        raise Gone(f"{self.root}: no mail {ref.id} any more in {ref.mailbox}.")

    def _trash(self, mailbox: str) -> str:
        folders = self._tree(mailbox).folders()
        return next((name for name in folders if role_of(name) is Role.TRASH), "Trash")

    def _tree(self, mailbox: str) -> Tree:
        if mailbox not in self._trees:
            path = self.root / mailbox
            if mailbox == self.root.name and is_maildir(self.root):
                path = self.root
            elif is_maildir(path / "Maildir"):
                path /= "Maildir"
            self._trees[mailbox] = Tree(path)
        return self._trees[mailbox]

    def _mailboxes(self) -> tuple[Mailbox, ...]:
        if is_maildir(self.root):
            return (self._mailbox(self.root.name),)
        names = sorted(entry.name for entry in os.scandir(self.root) if _holds_mail(Path(entry.path)))
        if not names and any(self.root.iterdir()):
            raise Refused(
                f"{self.root}: holds no Maildir (a folder with `cur`, `new` and `tmp`). Name the folder whose sub-folders are"
                " the mailboxes' Maildirs, or a Maildir itself."
            )
        return tuple(self._mailbox(name) for name in names)

    def _mailbox(self, name: str) -> Mailbox:
        return Mailbox(id=name, address=self.addresses.get(name, name if "@" in name else "").lower())

    def _sweep(self) -> Standing:
        return {mailbox.id: self._tree(mailbox.id).standing() for mailbox in self._mailboxes()}

    def _owner(self, path: Path) -> str | None:
        """Whose mailbox this path lies in. Mail still being written, and what we moved away, stirs nobody."""
        steps = path.relative_to(self.root).parts
        if is_maildir(self.root):
            return self.root.name
        if len(steps) < 2 or "tmp" in steps or directory_name(QUARANTINE_FOLDER) in steps:
            return None
        return steps[0] if _holds_mail(self.root / steps[0]) else None


class Reader:
    """Reads mails for one page and notes what could not be read."""

    def __init__(self, mailbox: str) -> None:
        self.mailbox = mailbox
        self.deliveries: list[Delivery] = []
        self.handed: list[Item] = []
        self.skipped: list[tuple[str, str]] = []
        self.size = 0
        self.passed = 0

    def read(self, letter: Letter) -> None:
        """One mail more. Raises: Unreachable when the disk fails too often."""
        if not letter.usable:
            self._skip(
                letter, "cannot be read as a mail: no ordinary file, or no permission. Correct that and it is read."
            )
            self.handed.append(letter.item)
            return
        try:
            raw = read_bytes(letter.path)
        except FileNotFoundError:
            self.passed += 1
        except OSError as error:
            self._fail(letter, error)
        else:
            if letter.named.size > len(raw) and len(raw) == MOST_BYTES:
                self._skip(letter, f"is {letter.named.size} bytes long; only the first {MOST_BYTES} were looked at.")
            self.deliveries.append(delivery_of(self.mailbox, letter, raw))
            self.handed.append(letter.item)
            self.size += len(raw)

    def _fail(self, letter: Letter, error: OSError) -> None:
        """Notes a mail the disk did not give; it stays uncovered and is asked for again by the next fetch."""
        self.passed += 1
        self._skip(letter, f"{error.strerror or error}. Check the disk; it is tried again at the next fetch.")
        if len(self.skipped) > MOST_BROKEN:
            raise disk_trouble(error, f"reading {letter.path} and {MOST_BROKEN} mails before it") from error

    def _skip(self, letter: Letter, why: str) -> None:
        self.skipped.append((str(letter.path), why))


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The file's first bytes, at most so many. Raises: OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        return file.read(most)


def _carries(path: Path, message_id: str) -> bool:
    """True when the file's mail has this Message-ID; a mail that was moved or removed this moment has none."""
    try:
        return carries(read_bytes(path, HEAD_BYTES), message_id)
    except FileNotFoundError:
        return False


def _delivered(tree: Tree) -> Listing:
    """What lies in the folders that are delivered."""
    return tree.listing({name: path for name, path in tree.folders().items() if role_of(name).delivered})


def delivery_of(mailbox: str, letter: Letter, raw: bytes) -> Delivery:
    """The mail as the port hands it over."""
    return Delivery(
        ref=Ref(mailbox=mailbox, id=str(letter.named), folder=letter.folder),
        state=letter.state,
        received_at=moment_of(letter.item.received_ns),
        raw=raw,
        sent=role_of(letter.folder) is Role.SENT,
    )


def _holds_mail(path: Path) -> bool:
    """True for a Maildir, and for what may be one but is closed to us: reading it then says so."""
    if path.name.startswith(".") or not path.is_dir():
        return False
    return holds_mail(path) or is_maildir(path / "Maildir") or not os.access(path, os.R_OK | os.X_OK)


def _moved(now: State, folder: str) -> State:
    """The same flags in another folder; what came is no longer recent where it goes."""
    return now if now.folder == folder else State(folder=folder, flags=now.flags - {RECENT})


def _flagged(now: State) -> State:
    return State(folder=now.folder, flags=(now.flags - {RECENT}) | {"flagged"})

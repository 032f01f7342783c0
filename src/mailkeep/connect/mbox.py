"""Mailboxes as mbox files: a folder with one NAME.mbox or NAME.mbox.gz per mailbox, or one such file.

Beside NAME.mbox may lie NAME.sent.mbox (delivered as the owner's own), NAME.trash.mbox and NAME.quarantine.mbox.

Cursor: `chain.Chain` in the order of the file, over the digest of every mail: a file that was rewritten, shortened or
sorted anew gives only what is new in it.

| Act | Deed | Undo |
|---|---|---|
| quarantine | into NAME.quarantine.mbox, with a note of its former place | back to that place, byte for byte |
| delete | into NAME.trash.mbox, likewise | likewise |
| flag | F in its X-Status line | the status lines as they were |

A file is written anew beside itself, synced and renamed, first the one that gains the mail, then the one that loses it: a
crash between leaves the mail in both, and the next try ends the move. Other programs are kept out by NAME.mbox.lock and
fcntl; a program that honours neither may lose what it writes during those milliseconds.

Limits: each act costs one rewriting of the file; the whole file is read once per process. A .gz file that ends early is
read but never rewritten. The last mail of a file is handed over even while it is written, and again once it is whole.

Source: RFC 4155; qmail's mbox(5); Dovecot's notes on mbox locking.
"""

import threading
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from mailkeep.connect.chain import MOST_BYTES, PAGE_BYTES, Item, moment_of, nanoseconds, wanted
from mailkeep.connect.folders import Role, role_of
from mailkeep.connect.mbox_drawer import MARKS, TRASH, Drawer, Sheet
from mailkeep.connect.mbox_text import flags_in, with_flag
from mailkeep.connect.message_ids import carries
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
from mailkeep.connect.trouble import in_thread
from mailkeep.connect.watching import Standing, stirrings
from mailkeep.people.directory import Mailbox

T = TypeVar("T")

SUFFIXES = (".mbox", ".mbox.gz")
TRIES = 5
"""How often a mail is looked for again when another program rewrote the file meanwhile."""


class MboxTenant:
    """Every mbox file in a folder."""

    kind = "mbox"

    def __init__(self, root: Path, addresses: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.addresses = addresses or {}
        """Mailbox name → address, for mailboxes that are not named by their address."""
        self._drawers: dict[str, Drawer] = {}
        self._locks: dict[str, threading.RLock] = {}

    async def mailboxes(self) -> tuple[Mailbox, ...]:
        """One for each file, by name; the name is the address where it looks like one."""
        return await in_thread("listing the mailboxes", self._mailboxes)

    async def count(self, mailbox: Mailbox, since: datetime | None = None) -> int:
        """How many mails lie there."""
        floor = nanoseconds(since) if since else 0
        sheets = await self._with(mailbox.id, "counting the mail", lambda drawer: drawer.sheets(delivered=True))
        return sum(sheet.item.received_ns >= floor for sheet in sheets)

    async def fetch(self, mailbox: Mailbox, cursor: str | None, *, limit: int, since: datetime | None = None) -> Page:
        """What the cursor has not covered, in the order of the file."""
        return await self._with(
            mailbox.id, "reading the mail", lambda drawer: _fetch(drawer, cursor, limit=limit, since=since)
        )

    async def again(self, ref: Ref) -> Delivery:
        """The mail, wherever it lies."""
        return await self._with(ref.mailbox, f"reading mail {ref.id}", lambda drawer: _again(drawer, ref))

    async def listed(self, mailbox: Mailbox, since: datetime) -> tuple[Listed, ...]:
        """Every mail received since then that lies in a file which is delivered."""
        return await self._with(mailbox.id, "listing the mail", lambda drawer: _listed(drawer, since))

    async def find(self, mailbox: Mailbox, message_id: str) -> tuple[Ref, ...]:
        """Every copy. Costs: the mailbox' files are read to their ends."""
        return await self._with(mailbox.id, "searching the mail", lambda drawer: _find(drawer, message_id))

    async def state(self, ref: Ref) -> State:
        """Its folder and flags."""
        return await self._with(ref.mailbox, f"looking for mail {ref.id}", lambda drawer: drawer.find(ref).state)

    async def quarantine(self, ref: Ref) -> Outcome:
        """Into NAME.quarantine.mbox."""
        return await self._acted(
            ref, "quarantining", lambda _, now: _in_folder(now, QUARANTINE_FOLDER), QUARANTINE_FOLDER
        )

    async def delete(self, ref: Ref) -> Outcome:
        """Into NAME.trash.mbox."""
        return await self._acted(ref, "deleting", lambda _, now: _in_folder(now, TRASH), TRASH)

    async def flag(self, ref: Ref) -> Outcome:
        """With X-Status: F."""
        return await self._acted(ref, "flagging", _flagged)

    async def restore(self, ref: Ref, state: State) -> Outcome:
        """As it was, at the place it was."""
        if state.folder not in ("INBOX", *MARKS):
            raise Refused(f"{ref.mailbox}: an mbox mailbox has no folder {state.folder!r} to restore mail {ref.id} to.")
        return await self._acted(ref, "restoring", lambda *_: state, state.folder)

    async def changes(self) -> AsyncGenerator[Mailbox, None]:
        """Mailboxes whose file stirs, by the kernel's notices."""
        folder = self.root if self.root.is_dir() else self.root.parent
        async with aclosing(stirrings(folder, self._sweep, self._owner)) as stirred:
            async for mailbox in stirred:
                yield self._mailbox(mailbox)

    async def close(self) -> None:
        """Lets go of the files."""
        for drawer in self._drawers.values():
            for file in drawer.files.values():
                file.forget()
        self._drawers.clear()

    async def _with(self, mailbox: str, doing: str, deed: Callable[[Drawer], T]) -> T:
        """The deed, alone in its mailbox; once more where another program rewrote the file meanwhile."""

        def alone() -> T:
            with self._locks.setdefault(mailbox, threading.RLock()):
                for _ in range(TRIES):
                    try:
                        return deed(self._drawer(mailbox))
                    except FileNotFoundError:
                        self._drawers.pop(mailbox, None)
                raise Unreachable(
                    f"{doing} of {mailbox}: the file changes faster than it can be read; it is tried again."
                )

        return await in_thread(f"{doing} of {mailbox}", alone)

    async def _acted(self, ref: Ref, doing: str, change: Callable[[Drawer, Sheet], State], target: str = "") -> Outcome:
        return await self._with(ref.mailbox, f"{doing} mail {ref.id}", lambda drawer: _act(drawer, ref, change, target))

    def _drawer(self, mailbox: str) -> Drawer:
        if mailbox not in self._drawers:
            names = dict(self._names())
            if mailbox not in names:
                raise Gone(
                    f"{self.root}: there is no mbox file of {mailbox} any more. If it moved, correct the tenant's path."
                )
            folder = self.root if self.root.is_dir() else self.root.parent
            self._drawers[mailbox] = Drawer(folder, mailbox, names[mailbox])
        return self._drawers[mailbox]

    def _names(self) -> list[tuple[str, str]]:
        """(mailbox, suffix) of every file; what lies beside a mailbox counts for it."""
        paths = sorted(self.root.iterdir()) if self.root.is_dir() else [self.root]
        named = (_taken_apart(path.name) for path in paths if not path.name.startswith(".") and path.is_file())
        found: dict[str, str] = {}
        for name, suffix in filter(None, named):
            found.setdefault(name, suffix)
        return sorted(found.items())

    def _mailboxes(self) -> tuple[Mailbox, ...]:
        names = self._names()
        if not names and (not self.root.is_dir() or any(self.root.iterdir())):
            raise Refused(
                f"{self.root}: holds no mbox file. Name a folder of NAME.mbox or NAME.mbox.gz files, one for each mailbox,"
                " or one such file."
            )
        return tuple(self._mailbox(name) for name, _ in names)

    def _mailbox(self, name: str) -> Mailbox:
        return Mailbox(id=name, address=self.addresses.get(name, name if "@" in name else "").lower())

    def _sweep(self) -> Standing:
        """Names and times of each mailbox's files."""
        standing: dict[str, tuple[tuple[str, int, int], ...]] = {}
        folder = self.root if self.root.is_dir() else self.root.parent
        for name, suffix in self._names():
            paths = [folder / f"{name}{mark}{suffix}" for mark in ("", *MARKS.values())]
            looked = [(path.name, path.stat()) for path in paths if path.exists()]
            standing[name] = tuple((each, stat.st_ino, stat.st_mtime_ns) for each, stat in looked)
        return standing

    def _owner(self, path: Path) -> str | None:
        if self.root.is_file() and path.name != self.root.name:
            return None
        named = None if path.name.startswith(".") else _taken_apart(path.name)
        return named[0] if named else None


def _fetch(drawer: Drawer, cursor: str | None, *, limit: int, since: datetime | None) -> Page:
    sheets = {sheet.item: sheet for sheet in drawer.sheets(delivered=True)}
    owed = wanted(cursor, sheets, since)
    deliveries: list[Delivery] = []
    skipped = drawer.troubles()
    handed: list[Item] = []
    size = 0
    for item in owed.items:
        if len(handed) >= limit or size >= PAGE_BYTES:
            break
        sheet = sheets[item]
        delivery = _delivery(drawer, sheet)
        deliveries.append(delivery)
        handed.append(item)
        size += len(delivery.raw)
        skipped.extend(_cut(drawer, sheet, delivery))
    more = len(owed.items) > len(handed)
    return Page(deliveries=tuple(deliveries), cursor=owed.after(handed), more=more, skipped=tuple(skipped))


def _cut(drawer: Drawer, sheet: Sheet, delivery: Delivery) -> list[tuple[str, str]]:
    """The sentence for a mail of which only a part was handed over."""
    what = f"{drawer.files[sheet.folder].path} at byte {sheet.slip.offset}"
    if sheet.slip.size > MOST_BYTES:
        return [(what, f"is {sheet.slip.size} bytes long; only the first {MOST_BYTES} were looked at.")]
    if not sheet.slip.ended and not delivery.raw.endswith(b"\n"):
        return [
            (
                what,
                "the last mail ends within a line; it was looked at as far as it goes, and will be again once whole.",
            )
        ]
    return []


def _listed(drawer: Drawer, since: datetime) -> tuple[Listed, ...]:
    floor = nanoseconds(since)
    return tuple(
        Listed(id=sheet.id, folder=sheet.folder, received_at=moment_of(sheet.slip.received_ns))
        for sheet in drawer.sheets(delivered=True)
        if sheet.slip.received_ns >= floor
    )


def _find(drawer: Drawer, message_id: str) -> tuple[Ref, ...]:
    found: dict[str, Ref] = {}
    for sheet in drawer.sheets():
        file = drawer.files[sheet.folder]
        if carries(file.mail(file.text(sheet.slip)), message_id):
            # a crash in the middle of a move leaves one mail in two files: it is still one
            found.setdefault(sheet.id, Ref(mailbox=drawer.name, id=sheet.id, folder=sheet.folder))
    return tuple(found.values())


def _again(drawer: Drawer, ref: Ref) -> Delivery:
    return _delivery(drawer, drawer.find(ref))


def _act(drawer: Drawer, ref: Ref, change: Callable[[Drawer, Sheet], State], target: str) -> Outcome:
    """The mail brought from its state to the changed one."""
    try:
        with drawer.locked():
            sheet = drawer.find(ref, target)
            state = change(drawer, sheet)
            now = msgspec.structs.replace(ref, folder=state.folder)
            if state == sheet.state:
                if not drawer.half_moved(sheet):
                    return Outcome(done=Done.ALREADY, ref=now)
                drawer.finish(sheet)
            else:
                drawer.change(sheet, state)
            return Outcome(done=Done.DONE, ref=now)
    except Gone:
        return Outcome(done=Done.GONE, ref=ref)


def _delivery(drawer: Drawer, sheet: Sheet) -> Delivery:
    file = drawer.files[sheet.folder]
    return Delivery(
        ref=Ref(mailbox=drawer.name, id=sheet.id, folder=sheet.folder),
        state=sheet.state,
        received_at=moment_of(sheet.slip.received_ns),
        raw=file.mail(file.text(sheet.slip)),
        sent=role_of(sheet.folder) is Role.SENT,
    )


def _in_folder(sheet: Sheet, folder: str) -> State:
    return State(folder=folder, flags=sheet.slip.flags)


def _flagged(drawer: Drawer, sheet: Sheet) -> State:
    if "flagged" in sheet.slip.flags:
        return sheet.state
    file = drawer.files[sheet.folder]
    text = with_flag(file.text(sheet.slip, whole=True))
    return State(folder=sheet.folder, flags=flags_in(file.mail(text)))


def _taken_apart(name: str) -> tuple[str, str] | None:
    """(mailbox, suffix) of a file's name; None when it is no mbox's."""
    suffix = next((each for each in SUFFIXES if name.endswith(each)), None)
    if suffix is None:
        return None
    stem = name.removesuffix(suffix)
    for mark in MARKS.values():
        stem = stem.removesuffix(mark)
    return stem, suffix
